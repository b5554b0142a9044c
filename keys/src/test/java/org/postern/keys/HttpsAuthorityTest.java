package org.postern.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.crypto.SigningKey;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.remote.KeysConnection;

/// The authority as other processes have it when the keys are a process of their own.
class HttpsAuthorityTest implements AuthorityContract {

    private static LedgerUnderTest ledger;

    private KeyScene inside;
    private KeysProcess keys;
    private KeysConnection caller;

    @BeforeAll
    static void createDatabases() {
        ledger = new LedgerUnderTest();
    }

    @BeforeEach
    void startAProcess() {
        inside = ledger.start();
        keys = KeysProcess.of(inside);
        caller = keys.connect("door-1", Role.INTAKE, Role.WORKER);
    }

    @AfterEach
    void stop() {
        caller.close();
        keys.close();
    }

    @Override
    public KeyScene scene() {
        return keys.from(caller, caller.authority());
    }

    @Test
    void aDoorIsCertifiedUnderItsOwnNameAlone() {
        PublicKey32 key = SigningKey.generate(inside.random()).publicKey();
        Instant end = inside.clock().instant().plus(Duration.ofDays(1));

        assertThat(caller.authority().certify("door-1", key, end).instance()).isEqualTo("door-1");
        assertThatThrownBy(() -> caller.authority().certify("door-2", key, end))
                .isInstanceOf(KeysAwayException.class)
                .hasMessageContaining("403");
    }

    @Test
    void aDoorReportsForItselfAlone() {
        assertThatCode(() -> caller.authority().report("door-1", 7)).doesNotThrowAnyException();
        assertThatThrownBy(() -> caller.authority().report("door-2", 7))
                .isInstanceOf(KeysAwayException.class)
                .hasMessageContaining("403");
    }

    @Test
    void aDoorIsCertifiedForNoLongerThanASnapshotLives() {
        PublicKey32 key = SigningKey.generate(inside.random()).publicKey();
        Instant now = inside.clock().instant();

        assertThat(
                        caller.authority()
                                .certify("door-1", key, now.plus(Duration.ofDays(365)))
                                .notAfter())
                .isEqualTo(now.plus(Duration.ofDays(14)));
    }

    @Test
    void nothingButASnapshotIsSignedForAnotherProcess() {
        assertThatThrownBy(() -> caller.authority().sign("postern instance", new byte[] {1}))
                .isInstanceOf(KeysAwayException.class)
                .hasMessageContaining("403");
    }

    @Test
    void manyCallsAtOnceAndOneAfterTheOtherAreAllAnswered() throws Exception {
        TenantId tenant = inside.tenant();
        inside.authority().publicKey();

        List<List<PublicKey32>> answers =
                AtOnce.run(
                        8,
                        _ ->
                                () -> {
                                    List<PublicKey32> heard = new ArrayList<>();
                                    for (int i = 0; i < 25; i++) {
                                        heard.add(caller.authority().publicKey());
                                        assertThatThrownBy(() ->
                                                        caller.service()
                                                                .redeem(
                                                                        tenant,
                                                                        new Redemption.Code(
                                                                                "x",
                                                                                inside.browser())))
                                                .isInstanceOf(KeysAwayException.class)
                                                .hasMessageContaining("403");
                                    }
                                    return heard;
                                });

        assertThat(answers.stream().flatMap(List::stream))
                .hasSize(200)
                .containsOnly(inside.authority().publicKey());
    }
}
