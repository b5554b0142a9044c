package org.postern.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceRangeTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.255, true",
        "192.0.2.0/24, 192.0.3.0, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.200, true",
        "10.0.0.0/7, 11.255.255.255, true",
        "10.0.0.0/7, 12.0.0.0, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, ::1, true"
    })
    void aRangeHoldsTheAddressesThatShareItsPrefix(String range, String address, boolean holds) {
        assertThat(SourceRange.parse(range).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/x", "::/129"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> SourceRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
