package org.postern.notifications.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.EmailAddress;

class OutgoingMessageTest {

    /// Input set from mox TestSmuggle, and what else is no line.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\r\n.\nb\r\n",
                "a\n.\nb\r\n",
                "a\r.\rb\r\n",
                "a\n.\r\nb\r\n",
                "a\u0000b\r\n",
                "a\r",
                "a",
                ""
            })
    void whatIsNotLinesOfCrLfNeverLeaves(String hostile) {
        assertThatIllegalArgumentException().isThrownBy(() -> message(hostile));
    }

    @Test
    void aLineLongerThanMailAllowsNeverLeaves() throws Exception {
        message("a".repeat(998) + "\r\n");
        assertThatIllegalArgumentException().isThrownBy(() -> message("a".repeat(999) + "\r\n"));
    }

    private static OutgoingMessage message(String content) throws Exception {
        return new OutgoingMessage(
                Optional.empty(), EmailAddress.parse("pat@example.org"), content.getBytes(UTF_8));
    }
}
