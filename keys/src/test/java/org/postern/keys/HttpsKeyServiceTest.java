package org.postern.keys;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.keys.remote.KeysConnection;
import org.springframework.dao.DataAccessException;

/// The key service as worker and portal have it when the keys are a process of their own.
class HttpsKeyServiceTest
        implements KeyServiceContract,
                PhonePinContract,
                ShreddingContract,
                SignInSettingsContract,
                PasskeyContract,
                SecondStepContract {

    private static LedgerUnderTest ledger;

    private KeysProcess keys;
    private KeysConnection caller;
    private KeyScene scene;

    @BeforeAll
    static void createDatabases() {
        ledger = new LedgerUnderTest();
    }

    @BeforeEach
    void startAProcess() {
        KeyScene inside = ledger.start();
        keys = KeysProcess.of(inside);
        caller = keys.connect("worker-1", Role.WORKER, Role.PORTAL);
        scene = keys.from(caller, inside.authority());
    }

    @AfterEach
    void stop() {
        caller.close();
        keys.close();
    }

    @Override
    public KeyScene scene() {
        return scene;
    }

    @Test
    void keysThatAreAwayAreAskedAgainLater() throws Exception {
        KeyScene.Sealed sealed = scene.message(scene.tenant());
        keys.close();

        assertThatThrownBy(() -> scene.admit(sealed)).isInstanceOf(DataAccessException.class);
    }
}
