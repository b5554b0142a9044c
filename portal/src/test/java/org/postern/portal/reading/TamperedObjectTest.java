package org.postern.portal.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.SigningKey;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.db.MessageId;
import org.postern.portal.Browser.Page;
import org.postern.portal.LogLines;

/// Somebody who can write to the blob store against a reader's pages (promise P7): what is no
/// longer what was sealed is answered with the one page that says that nothing can be opened, and
/// is an integrity event in the log; the reader's other mail is unharmed. [TamperedMailTest] has
/// the rows.
class TamperedObjectTest {

    private static TamperScene scene;

    /// Where one byte of every kind of a stored object is (docs/format.md, sections 3.1 and 5.3).
    enum Place {
        MAGIC(0),
        FORMAT(4),
        SUITE(6),
        TYPE(7),
        TENANT(8),
        OBJECT_ID(39),
        CREATED(47),
        LENGTH_OF_INSTANCE(49),
        INSTANCE(50),
        FLAGS(0, 0),
        SEAL(0, 1),
        S_OF_SEAL(0, 64),
        SLOT_HASH(0, 65),
        SALT(0, 97),
        COMMITMENT(0, 121),
        CHUNK(0, 153),
        TAG(-1);

        private final int offset;
        private final boolean afterInstance;

        Place(int offset) {
            this.offset = offset;
            this.afterInstance = false;
        }

        Place(int before, int afterInstance) {
            this.offset = before + afterInstance;
            this.afterInstance = true;
        }

        int in(byte[] object) {
            if (afterInstance) {
                return 50 + object[49] + offset;
            }
            return offset < 0 ? object.length + offset : offset;
        }
    }

    @BeforeAll
    static void fourMessages() throws IOException {
        scene = new TamperScene();
    }

    @AfterEach
    void asItWas() throws IOException {
        scene.putRight();
    }

    @AfterAll
    static void itOpensAgain() {
        scene.assertUnharmed(scene.mine);
    }

    @ParameterizedTest
    @EnumSource
    void aChangedByteOfAnObjectIsRefused(Place place) throws IOException {
        Path blob = scene.blob(scene.mine);
        byte[] bytes = Files.readAllBytes(blob);
        bytes[place.in(bytes)] ^= 1;
        Files.write(blob, bytes);

        scene.assertRefused(scene.mine);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -16, -17, 1, 16_400})
    void anObjectOfAnotherLengthIsRefused(int change) throws IOException {
        Path blob = scene.blob(scene.mine);
        byte[] bytes = Files.readAllBytes(blob);
        Files.write(blob, Arrays.copyOf(bytes, bytes.length + change));

        scene.assertRefused(scene.mine);
    }

    @ParameterizedTest
    @ValueSource(strings = {"second", "hers", "elsewhere"})
    void anObjectInThePlaceOfAnotherIsRefused(String which) throws IOException {
        scene.swapObjects(which);

        scene.assertRefused(scene.mine, which.equals("second") ? scene.hers : scene.second);
        if (which.equals("second")) {
            scene.assertRefused(scene.second, scene.hers);
        }
    }

    @Test
    void everythingOfAMessageInThePlaceOfAnotherIsRefused() throws IOException {
        for (String column : List.of("slot", "sealed_summary", "sealed_index", "header")) {
            scene.swap(column, "hers");
        }
        anObjectInThePlaceOfAnotherIsRefused("hers");
    }

    /// Seal and certificate made by somebody who has no key of ours: all the rest is genuine.
    @Test
    void anotherAuthoritysSealInThePlaceOfOursIsRefused() throws Exception {
        Path blob = scene.blob(scene.mine);
        byte[] bytes = Files.readAllBytes(blob);
        ObjectPreamble preamble = ObjectPreamble.atStartOf(bytes);
        ObjectHeader header = preamble.header();
        SecureRandom random = new SecureRandom();
        SigningKey instance = SigningKey.generate(random);
        InstanceCertificate certificate =
                InstanceCertificate.issue(
                        SigningKey.generate(random),
                        header.instance(),
                        instance.publicKey(),
                        header.created().minus(Duration.ofDays(1)),
                        header.created().plus(Duration.ofDays(1)));
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.writeBytes(header.hash());
        signed.writeBytes(preamble.salt());
        signed.writeBytes(preamble.commitment());
        signed.writeBytes(preamble.slotHash().toBytes());
        byte[] seal = instance.sign("postern seal", signed.toByteArray()).toBytes();
        System.arraycopy(seal, 0, bytes, header.encode().length, seal.length);
        Files.write(blob, bytes);
        scene.assertRefused(scene.mine);

        assertThat(
                        scene.portal
                                .mailSql()
                                .sql("UPDATE message SET certificate = ? WHERE message_id = ?")
                                .param(certificate.encode())
                                .param(scene.mine.value())
                                .update())
                .isEqualTo(1);
        scene.assertRefused(scene.mine);
    }

    @Test
    void aDamagedChunkOfAFileIsRefusedOrBreaksTheDownloadOffAndNothingElse() throws IOException {
        MessageId large =
                scene.portal.deliver(
                        "ada@example.com",
                        List.of(TamperScene.READER),
                        """
                        From: ada@example.com
                        Subject: [Large]
                        Content-Type: multipart/mixed; boundary=b

                        --b

                        Text of Large
                        --b
                        Content-Disposition: attachment; filename=large.txt

                        %s
                        --b
                        Content-Disposition: attachment; filename=small.txt

                        Small
                        --b--
                        """
                                .formatted("0123456789abcdef\n".repeat(20_000)));
        Path blob = scene.portal.blob(scene.portal.clinic(), large);
        byte[] bytes = Files.readAllBytes(blob);
        String file = "/m/" + large + "/attachment/";

        // among what is fetched at first, and beyond it; neither in the first chunk nor in the last
        try (LogLines log = new LogLines()) {
            write(blob, bytes, 100_000);
            assertThat(scene.browser.get("/m/" + large).text()).contains("Text of Large");
            Page page = scene.browser.get(file + "3");
            assertThat(page.status()).isEqualTo(410);
            assertThat(page.header("Content-Disposition")).isEmpty();
            TamperScene.assertLogged(log, large);
            assertThat(scene.browser.get(file + "4").text()).contains("Small");
        }
        try (LogLines log = new LogLines()) {
            write(blob, bytes, 250_000);
            assertThat(scene.browser.get("/m/" + large).text()).contains("Text of Large");
            assertThatThrownBy(() -> scene.browser.get(file + "3"))
                    .isInstanceOf(UncheckedIOException.class);
            TamperScene.assertLogged(log, large);
        }
        scene.assertUnharmed(scene.second);
    }

    private static void write(Path blob, byte[] bytes, int flipped) throws IOException {
        byte[] changed = bytes.clone();
        changed[flipped] ^= 1;
        Files.write(blob, changed);
    }
}
