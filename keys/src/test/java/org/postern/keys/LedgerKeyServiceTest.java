package org.postern.keys;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class LedgerKeyServiceTest
        implements KeyServiceContract,
                PhonePinContract,
                ShreddingContract,
                SignInSettingsContract,
                PasskeyContract,
                SecondStepContract {

    private static LedgerUnderTest ledger;

    private KeyScene scene;

    @BeforeAll
    static void createDatabases() {
        ledger = new LedgerUnderTest();
    }

    @BeforeEach
    void startAProcess() {
        scene = ledger.start();
    }

    @Override
    public KeyScene scene() {
        return scene;
    }
}
