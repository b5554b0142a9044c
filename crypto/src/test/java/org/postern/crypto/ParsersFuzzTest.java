package org.postern.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedBytes;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.crypto.sealed.WrappedKey;

/// Every parser gives a value that encodes to the bytes it came from, or the one exception. An
/// ordinary build runs the seeds. To search:
///
/// `JAZZER_FUZZ=1 mvn test -pl crypto -am -Dsurefire.failIfNoSpecifiedTests=false
/// -Dtest=ParsersFuzzTest#object -Djazzer.hooks=true -Djazzer.max_duration=5m`
class ParsersFuzzTest {

    private static final DataKey KEY = DataKey.importSecret(new byte[32]);
    private static final SigningKey INSTANCE_KEY = SigningKey.importSecret(new byte[32]);

    @FuzzTest
    void header(byte[] bytes) {
        try {
            assertThat(ObjectHeader.parse(bytes).encode()).isEqualTo(bytes);
        } catch (OpeningFailedException refused) {
            // as it should be
        }
    }

    @FuzzTest
    void preamble(byte[] bytes) {
        try {
            var preamble = ObjectPreamble.atStartOf(bytes);
            assertThat(preamble.toBytes()).isEqualTo(Arrays.copyOf(bytes, preamble.size()));
        } catch (OpeningFailedException refused) {
            // as it should be
        }
    }

    @FuzzTest
    void certificate(byte[] bytes) {
        try {
            assertThat(InstanceCertificate.parse(bytes).encode()).isEqualTo(bytes);
        } catch (OpeningFailedException refused) {
            // as it should be
        }
    }

    @FuzzTest
    void slots(byte[] bytes) {
        parsed(Slot::of, bytes);
        parsed(SpoolSlot::of, bytes);
        parsed(WrappedKey::of, bytes);
        parsed(SealedRecord::of, bytes);
    }

    private static <T extends SealedBytes> void parsed(Bytes.Form<T> form, byte[] bytes) {
        try {
            assertThat(form.of(bytes).toBytes()).isEqualTo(bytes);
        } catch (OpeningFailedException refused) {
            // as it should be
        }
    }

    /// No input opens: the fuzzer has no key.
    @FuzzTest
    void object(byte[] bytes) throws IOException {
        try (var source = new BytesSource(bytes)) {
            ObjectHeader header = Opener.header(source);
            var content =
                    Opener.open(
                            source,
                            header.tenant(),
                            header.object(),
                            KEY,
                            INSTANCE_KEY.publicKey());
            content.close();
            throw new AssertionError("opens: " + HexFormat.of().formatHex(bytes));
        } catch (OpeningFailedException refused) {
            // as it should be
        }
    }
}
