package org.postern.mail.returned;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.MacKey;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.TenantId;
import org.postern.mail.TestSite;

/// Where mail comes back to.
class ReturnAddressTest {

    private static final String DOMAIN = "returns.example.com";

    private final MacKey key = MacKey.generate(new SecureRandom());
    private final TenantId tenant = new TenantId(UUID.randomUUID());
    private final JobId job = new JobId(UUID.randomUUID());
    private final EmailAddress address = ReturnAddress.of(key, tenant, job, DOMAIN);

    @Test
    void itNamesTheJobAndFitsIntoALocalPart() {
        assertThat(ReturnAddress.job(List.of(key), tenant, address)).contains(job);
        assertThat(address.localPart()).hasSizeLessThanOrEqualTo(64);
        assertThat(address.domain()).isEqualTo(DOMAIN);
    }

    @Test
    void aServerMayChangeTheCaseOfItsLetters() {
        assertThat(
                        ReturnAddress.job(
                                List.of(key),
                                tenant,
                                TestSite.address(
                                        address.localPart().toUpperCase(Locale.ROOT)
                                                + "@"
                                                + DOMAIN)))
                .contains(job);
    }

    @Test
    void itIsKnownByTheKeyBeforeTheNewestToo() {
        MacKey newest = MacKey.generate(new SecureRandom());

        assertThat(ReturnAddress.job(List.of(newest, key), tenant, address)).contains(job);
        assertThat(ReturnAddress.job(List.of(newest), tenant, address)).isEmpty();
    }

    @Test
    void ofAnotherTenantItIsNotKnown() {
        assertThat(ReturnAddress.job(List.of(key), new TenantId(UUID.randomUUID()), address))
                .isEmpty();
    }

    @Test
    void noOtherDigitWillDo() {
        String local = address.localPart();
        for (int i = "returned+".length(); i < local.length(); i++) {
            if (local.charAt(i) != '.') {
                char other = local.charAt(i) == '0' ? '1' : '0';
                String bent = local.substring(0, i) + other + local.substring(i + 1);
                assertThat(
                                ReturnAddress.job(
                                        List.of(key),
                                        tenant,
                                        TestSite.address(bent + "@" + DOMAIN)))
                        .as("digit %d", i)
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "returned",
                "returned+",
                "returned+00000000000000000000000000000000",
                "returned+00000000000000000000000000000000.0000000000000000000g",
                "returned+0000000000000000000000000000000.000000000000000000000",
                "no-answer",
                "postmaster"
            })
    void whatHasAnotherFormIsNone(String local) {
        assertThat(ReturnAddress.job(List.of(key), tenant, TestSite.address(local + "@" + DOMAIN)))
                .isEmpty();
    }
}
