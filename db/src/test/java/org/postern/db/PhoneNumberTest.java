package org.postern.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhoneNumberTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+491711234567",
                "+49 171 1234567",
                " 0049 171 123 45 67 ",
                "+49 (171) 123-4567",
                "(+49) 171\u20111234567",
                "+49\u00a0171\u20091234567"
            })
    void aNumberIsReadAsPeopleWriteIt(String written) {
        assertThat(PhoneNumber.parse(written)).contains(new PhoneNumber("+491711234567"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0171 1234567",
                "171 1234567",
                "+49 (0) 171 1234567",
                "+49 (0)171 1234567",
                "+0171 1234567",
                "+49 171 CALLME",
                "+123456",
                "+1234567890123456",
                "+49 171 1234567, +49 171 1234568",
                "++49 171 1234567",
                "+49+171 1234567",
                "+49 171 1234567 #1",
                "+\u0664\u0669 171 1234567"
            })
    void whatNobodyCanDialFromEverywhereIsNone(String written) {
        assertThat(PhoneNumber.parse(written)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+1234567", "+123456789012345"})
    void theShortestAndTheLongestAreNumbers(String written) {
        assertThat(PhoneNumber.parse(written)).contains(new PhoneNumber(written));
    }

    @Test
    void itsOwnerKnowsItByItsEnding() {
        assertThat(new PhoneNumber("+491711234567").ending()).isEqualTo("67");
    }

    @Test
    void itPrintsAsNothing() {
        assertThat(new PhoneNumber("+491711234567").toString()).doesNotContain("171", "67");
        assertThatThrownBy(() -> new PhoneNumber("canary-0171"))
                .hasMessageNotContaining("canary")
                .isInstanceOf(IllegalArgumentException.class);
    }
}
