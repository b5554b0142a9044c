package org.postern.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.SpoolPublicKey;

class LedgerAuthorityTest implements AuthorityContract {

    private static LedgerUnderTest ledger;

    @BeforeAll
    static void createDatabases() {
        ledger = new LedgerUnderTest();
    }

    @Test
    void processesThatStartTogetherAgreeOnTheSigningKey() throws Exception {
        LedgerUnderTest empty = new LedgerUnderTest();

        List<PublicKey32> keys = AtOnce.run(4, _ -> () -> empty.start().authority().publicKey());

        assertThat(keys.stream().distinct()).hasSize(1);
        assertThat(empty.start().authority().publicKey()).isEqualTo(keys.getFirst());
    }

    @Test
    void processesThatStartTogetherAgreeOnTheWeeksSpoolKey() throws Exception {
        LedgerUnderTest empty = new LedgerUnderTest();

        List<SpoolPublicKey> keys = AtOnce.run(4, _ -> () -> empty.start().authority().spoolKey());

        assertThat(keys)
                .allSatisfy(key -> {
                    assertThat(key.id()).isEqualTo(keys.getFirst().id());
                    assertThat(key.toBytes()).isEqualTo(keys.getFirst().toBytes());
                });
    }

    @Override
    public KeyScene scene() {
        return ledger.start();
    }
}
