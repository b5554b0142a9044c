package org.postern.server;

import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.postern.server.embedded.SelfSignedCertificate;

/// The certificate that Postern made for this machine.
final class OwnCertificate implements DoorCertificates {

    private final SSLContext context;
    private final Shown shown;
    private final Clock clock;

    OwnCertificate(SelfSignedCertificate own, Clock clock) throws GeneralSecurityException {
        this.context = own.serverContext();
        this.shown =
                new Shown(
                        own.certificate().getPublicKey().getAlgorithm(),
                        own.certificate().getNotAfter().toInstant());
        this.clock = clock;
    }

    @Override
    public Optional<SSLContext> get() {
        return clock.instant().isBefore(shown.endsAt()) ? Optional.of(context) : Optional.empty();
    }

    @Override
    public List<Shown> shown() {
        return List.of(shown);
    }
}
