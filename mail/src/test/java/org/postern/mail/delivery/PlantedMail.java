package org.postern.mail.delivery;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.Sealer;
import org.postern.crypto.SealingStream;
import org.postern.crypto.SigningKey;
import org.postern.crypto.SpoolSealer;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.MessageId;
import org.postern.db.store.Arrival;
import org.postern.keys.KeyService;
import org.postern.mail.TestSite;
import org.postern.mail.door.Door.Standing;

/// What somebody can make who reads all that is public and writes to mail database and blob store:
/// everything but a door's seal.
final class PlantedMail {

    private final TestSite site;
    private final Standing standing;

    PlantedMail(TestSite site, Standing standing) {
        this.site = site;
        this.standing = standing;
    }

    /// An arrival with its object in the blob store, under a true door's certificate.
    Arrival arrival(String recipient) throws IOException {
        InstanceCertificate certificate = standing.certificate();
        ObjectHeader header =
                new ObjectHeader(
                        ObjectType.RAW_MAIL,
                        site.tenant().value(),
                        site.id(),
                        site.clock().instant(),
                        certificate.instance(),
                        0);
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        Sealer forger =
                new Sealer(
                        SigningKey.generate(site.random()),
                        new SpoolSealer(
                                standing.spoolSealer().publicKey(), site.clock(), site.random()),
                        site.random());
        try (SealingStream out = forger.begin(header, object)) {
            SealedRecord envelope =
                    out.recordKey(KeyService.ENVELOPE)
                            .seal(site.envelope(recipient).encode(), header.hash(), site.random());
            out.write(TestSite.plain("planted", "planted"));
            out.finish();
            site.blobs()
                    .putIfAbsent(
                            site.tenant(),
                            new MessageId(header.object()),
                            Channels.newChannel(new ByteArrayInputStream(object.toByteArray())));
            return new Arrival(
                    header, certificate, out.slot(), envelope, site.clock().instant(), 0);
        }
    }
}
