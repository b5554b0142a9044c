package org.postern.keys.provider;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// What a key provider does besides whose keeper is elsewhere, and may be away.
interface DistantKeyProviderContract extends KeyProviderContract {

    /// A provider whose keeper can be taken away.
    KeyProvider providerOfOneThatGoes() throws Exception;

    /// Takes its keeper away.
    void takeAway() throws Exception;

    @Test
    default void aKeeperThatIsAwayIsNotTakenForDamage() throws Exception {
        KeyProvider provider = providerOfOneThatGoes();
        byte[] wrapped = provider.wrap(KeyProviderContract.secret(), CONTEXT);
        takeAway();

        assertThatThrownBy(() -> provider.unwrap(wrapped, CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class);
        assertThatThrownBy(() -> provider.wrap(KeyProviderContract.secret(), CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class);
        assertThatThrownBy(() -> provider.rewrap(wrapped, CONTEXT))
                .isInstanceOf(KeyProviderAwayException.class);
    }
}
