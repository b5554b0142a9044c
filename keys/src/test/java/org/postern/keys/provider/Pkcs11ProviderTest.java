package org.postern.keys.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a real PKCS#11 module.
class Pkcs11ProviderTest implements DistantKeyProviderContract {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final SecureRandom random = new SecureRandom();
    private final SoftHsm hsm = SoftHsm.shared();
    private final String label = "postern-" + NUMBER.incrementAndGet();

    @TempDir private Path folder;

    @BeforeEach
    void createKey() throws Exception {
        hsm.createKey(hsm.token(), label);
    }

    @Override
    public KeyProvider provider() {
        return provider(hsm.token(), hsm.pinFile(), label);
    }

    @Override
    public KeyProvider afterRotation() throws Exception {
        hsm.createKey(hsm.token(), label + "-next");
        return provider(hsm.token(), hsm.pinFile(), label + "-next", label);
    }

    @Override
    public List<String> credentials() {
        return List.of(SoftHsm.PIN);
    }

    @Override
    public KeyProvider providerOfOneThatGoes() throws Exception {
        hsm.createKey(hsm.tokenThatGoes(), label);
        return provider(hsm.tokenThatGoes(), hsm.pinFile(), label);
    }

    @Override
    public void takeAway() throws Exception {
        hsm.takeAway(hsm.tokenThatGoes());
    }

    @Test
    void aKeyThatIsNotNamedUnwrapsNothing() throws Exception {
        byte[] wrapped = provider().wrap(KeyProviderContract.secret(), CONTEXT);
        hsm.createKey(hsm.token(), label + "-other");

        KeyProviderContract.assertRefused(
                provider(hsm.token(), hsm.pinFile(), label + "-other"), wrapped, CONTEXT);
    }

    @Test
    void aKeyThatIsNotInTheTokenIsNotTakenForDamage() {
        assertThatThrownBy(() ->
                        provider(hsm.token(), hsm.pinFile(), "nobodys")
                                .wrap(KeyProviderContract.secret(), CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class);
    }

    /// A token locks itself after some wrong PINs: asking again and again would use them up.
    @Test
    void aWrongPinIsTriedOnceAndTheRightOneInItsPlaceWorks() throws Exception {
        byte[] secret = KeyProviderContract.secret();
        Path pin = Files.writeString(folder.resolve("pin"), "9999");
        KeyProvider provider = provider(hsm.tokenNobodyUsed(), pin, label);

        assertThatThrownBy(() -> provider.wrap(secret, CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class)
                .hasMessageContaining("CKR_PIN_INCORRECT");
        assertThatThrownBy(() -> provider.wrap(secret, CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class)
                .hasMessageContaining("FailedLoginException")
                .hasMessageNotContaining("9999");

        hsm.createKey(hsm.tokenNobodyUsed(), label);
        Files.writeString(pin, SoftHsm.PIN);
        assertThat(provider.unwrap(provider.wrap(secret, CONTEXT), CONTEXT)).isEqualTo(secret);
    }

    @Test
    void aLibraryThatIsNotThereIsAway() {
        Pkcs11Provider provider =
                new Pkcs11Provider(
                        folder.resolve("nothing.so"),
                        new Pkcs11Slot.Numbered(1),
                        hsm.pinFile(),
                        List.of(label),
                        random);

        assertThatThrownBy(() -> provider.wrap(KeyProviderContract.secret(), CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class);
    }

    @Test
    void aTokenIsFoundByItsLabelWhicheverSlotItIsIn() throws Exception {
        byte[] secret = KeyProviderContract.secret();

        byte[] wrapped = labelled(hsm.library(), SoftHsm.LABEL).wrap(secret, CONTEXT);

        assertThat(provider().unwrap(wrapped, CONTEXT)).as("the same token").isEqualTo(secret);
        assertThat(labelled(hsm.library(), SoftHsm.LABEL).unwrap(wrapped, CONTEXT))
                .isEqualTo(secret);
    }

    @Test
    void aLabelThatNoTokenHasIsAwayAndSoIsALibraryThatIsNone() throws Exception {
        Path none = Files.writeString(folder.resolve("none.so"), "no library");

        for (KeyProvider provider :
                List.of(
                        labelled(hsm.library(), "stay"),
                        labelled(hsm.library(), "nobodys"),
                        labelled(none, SoftHsm.LABEL),
                        labelled(folder.resolve("nothing.so"), SoftHsm.LABEL))) {
            assertThatThrownBy(() -> provider.wrap(KeyProviderContract.secret(), CONTEXT))
                    .isInstanceOf(KeyProviderAwayException.class);
        }
    }

    private KeyProvider labelled(Path library, String token) {
        return new Pkcs11Provider(
                library, new Pkcs11Slot.Labelled(token), hsm.pinFile(), List.of(label), random);
    }

    private KeyProvider provider(SoftHsm.Token token, Path pin, String... labels) {
        return new Pkcs11Provider(
                hsm.library(), new Pkcs11Slot.Numbered(token.slot()), pin, List.of(labels), random);
    }
}
