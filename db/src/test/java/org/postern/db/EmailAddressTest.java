package org.postern.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b",
                "simple@example.com",
                "very.common@example.com",
                "plus+tag@example.com",
                "!#$%&'*+/=?^_`{|}~-@example.com",
                "0@0.example",
                "x@a-b.example",
                "x@xn--bcher-kva.example",
                "x@_spf.example.com", // underscores are found in the field
                "\"\"@example.com", // RFC 5321, section 4.1.2: a quoted-string may be empty
                "\" \"@example.com",
                "\"a@b\"@example.com",
                "\"a\\\"b\\\\\"@example.com",
                "\"..\"@example.com",
                "x@[192.0.2.1]",
                "x@[ipv6:2001:db8::1]",
                "用户@xn--fsqu00a.example",
                "δοκιμή@example.com",
                "😀@example.com",
            })
    void anAddressThatMailCanBeSentToIsKeptAsWritten(String text) throws Exception {
        assertThat(EmailAddress.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "a",
                "a@",
                "@b",
                "a@@b",
                "a b@example.com",
                " a@example.com",
                "a@example.com ",
                "<a@example.com>",
                "a@b, c@d",
                ".a@example.com",
                "a.@example.com",
                "a..b@example.com",
                "a@b@example.com",
                "a(comment)@example.com",
                "a:b@example.com",
                "\"a@example.com",
                "a\"@example.com",
                "\"a\"b@example.com",
                "\"a\\\"@example.com",
                "\"a\rb\"@example.com",
                "\"a\nb\"@example.com",
                "a\r\nRCPT TO:<b@example.com>@example.com",
                "a@example.com\r\nBcc: b@example.com",
                "a\u0000@example.com",
                "a\u007f@example.com",
                "a\u0085b@example.com", // a line's end in other places (C1)
                "\"\u009b\"@example.com",
                "a@.example.com",
                "a@example..com",
                "a@example.com.",
                "a@-example.com",
                "a@example-.com",
                "a@exa mple.com",
                "a@exa\tmple.com",
                "a@exam/ple.com",
                "a@example.com:25",
                "a@exam\u0000ple.com",
                "a@[]",
                "a@[192.0.2]",
                "a@[192.0.2.256]",
                "a@[192.0.2.01]",
                "a@[localhost]",
                "a@[IPv6:]",
                "a@[IPv6:2001:db8::1",
                "a@[tag:2001:db8::1]",
                "a@192.0.2.1]",
            })
    void whatIsNotExactlyOneAddressIsRefused(String text) {
        assertThatExceptionOfType(MalformedAddressException.class)
                .isThrownBy(() -> EmailAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xD800, 0xDBFF, 0xDC00, 0xDFFF})
    void halfACharacterIsRefused(int half) {
        // In UTF-8 it would become "?", which is an address of somebody else.
        assertThatExceptionOfType(MalformedAddressException.class)
                .isThrownBy(() -> EmailAddress.parse((char) half + "@example.com"));
        assertThatExceptionOfType(MalformedAddressException.class)
                .isThrownBy(() -> EmailAddress.parse("a@" + (char) half + ".example"));
    }

    @Test
    void aLocalPartHas64OctetsAtMost() throws Exception {
        EmailAddress.parse("a".repeat(64) + "@example.com");
        assertThatExceptionOfType(MalformedAddressException.class)
                .isThrownBy(() -> EmailAddress.parse("a".repeat(65) + "@example.com"));
    }

    @Test
    void aLocalPartIsCountedInOctetsAndNotInCharacters() throws Exception {
        EmailAddress.parse("ä".repeat(32) + "@example.com");
        assertThatExceptionOfType(MalformedAddressException.class)
                .isThrownBy(() -> EmailAddress.parse("ä".repeat(32) + "a@example.com"));
        assertThatExceptionOfType(MalformedAddressException.class)
                .isThrownBy(() -> EmailAddress.parse("\"" + "a".repeat(63) + "\"@example.com"));
    }

    @Test
    void aDomainHas255OctetsAtMost() throws Exception {
        assertThat(EmailAddress.domain(domainOf(255))).hasSize(255);
        assertThatExceptionOfType(MalformedAddressException.class)
                .isThrownBy(() -> EmailAddress.domain(domainOf(256)));
    }

    @Test
    void anAddressHas254OctetsAtMost() throws Exception {
        assertThat(EmailAddress.parse("ab@" + domainOf(251)).text()).hasSize(254);
        assertThatExceptionOfType(MalformedAddressException.class)
                .isThrownBy(() -> EmailAddress.parse("abc@" + domainOf(251)));
    }

    @Test
    void anAddressIsAsLongAsItIsWithALabels() {
        String domain = "ü.".repeat(60) + "example";
        assertThat(domain.getBytes(StandardCharsets.UTF_8).length).isLessThan(254 - 2);
        assertThatExceptionOfType(MalformedAddressException.class)
                .isThrownBy(() -> EmailAddress.parse("a@" + domain));
    }

    @Test
    void aLabelHas63OctetsAtMost() throws Exception {
        EmailAddress.domain("a".repeat(63) + ".example");
        assertThatExceptionOfType(MalformedAddressException.class)
                .isThrownBy(() -> EmailAddress.domain("a".repeat(64) + ".example"));
    }

    @Test
    void aTextOfAMillionCharactersIsRefusedAndNotRecursedInto() {
        for (String text :
                new String[] {
                    "a.".repeat(500_000) + "a@example.com",
                    "\"" + "\\a".repeat(500_000) + "\"@example.com",
                    "a@" + "a.".repeat(500_000) + "example",
                    "@".repeat(1_000_000)
                }) {
            assertThatExceptionOfType(MalformedAddressException.class)
                    .isThrownBy(() -> EmailAddress.parse(text));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EXAMPLE.Com, example.com",
        "bücher.example, xn--bcher-kva.example",
        "BÜCHER.example, xn--bcher-kva.example",
        "bu\u0308cher.example, xn--bcher-kva.example",
        "例子.example, xn--fsqu00a.example",
        "XN--BCHER-KVA.example, xn--bcher-kva.example",
        "ＥＸＡＭＰＬＥ.com, example.com",
        "example。com, example.com",
        "[IPv6:2001:DB8::1], [ipv6:2001:db8::1]",
        "xn--strae-oqa.example, xn--strae-oqa.example",
    })
    void aDomainIsComparedAsLowerCaseALabels(String written, String compared) throws Exception {
        assertThat(EmailAddress.domain(written)).isEqualTo(compared);
        assertThat(EmailAddress.parse("a@" + written).domain()).isEqualTo(compared);
    }

    /// UTS #46, section 7: `straße.example` is `strasse.example` for one version of IDNA and
    /// another domain for the next. A notice must go to neither by guess.
    @ParameterizedTest
    @ValueSource(strings = {"straße", "STRAẞE", "βόλος", "a\u200Db", "नी\u200Cनी"})
    void aDomainThatTwoVersionsOfIdnaReadDifferentlyIsRefused(String label) {
        assertThatExceptionOfType(MalformedAddressException.class)
                .isThrownBy(() -> EmailAddress.domain(label + ".example"));
    }

    @ParameterizedTest
    @CsvSource({
        "Ann.Lee@EXAMPLE.com, ann.lee@example.com",
        "ann+tag@example.com, ann+tag@example.com",
        "a.n.n@example.com, a.n.n@example.com",
        "ÄNNE@bücher.example, änne@xn--bcher-kva.example",
        "A\u0308nne@example.com, änne@example.com",
        "J\u030C@example.com, \u01F0@example.com",
        "IRMAK@example.com, irmak@example.com", // whatever the machine's language
    })
    void twoSpellingsOfOneMailboxShareTheirNormalForm(String written, String normal)
            throws Exception {
        assertThat(EmailAddress.parse(written).normalForm()).isEqualTo(normal);
        assertThat(EmailAddress.parse(normal).normalForm()).isEqualTo(normal);
    }

    @Test
    void theNormalFormOfEveryLetterIsItsOwnHoweverItIsComposed() {
        String marks = "\u0300\u0308\u030A\u030C\u0331";
        List<String> unstable =
                IntStream.rangeClosed(0xA0, 0x1FFFF)
                        .filter(Character::isLetter)
                        .mapToObj(Character::toString)
                        .flatMap(letter ->
                                Stream.concat(
                                        Stream.of(letter),
                                        marks.chars().mapToObj(m -> letter + (char) m)))
                        .filter(written -> {
                            String normal = normal(written);
                            String taken = Normalizer.normalize(written, Normalizer.Form.NFD);
                            return !normal(normal).equals(normal) || !normal(taken).equals(normal);
                        })
                        .toList();

        assertThat(unstable).isEmpty();
    }

    private static String normal(String localPart) {
        String form = new EmailAddress(localPart, "b").normalForm();
        return form.substring(0, form.length() - "@b".length());
    }

    @Test
    void theLocalPartIsKeptAsWritten() throws Exception {
        EmailAddress address = EmailAddress.parse("Ann.LEE@Example.COM");

        assertThat(address.localPart()).isEqualTo("Ann.LEE");
        assertThat(address.text()).isEqualTo("Ann.LEE@example.com");
    }

    @Test
    void onlyALocalPartInAnotherAlphabetNeedsSmtpUtf8() throws Exception {
        assertThat(EmailAddress.parse("änne@example.com").needsUtf8()).isTrue();
        assertThat(EmailAddress.parse("anne@bücher.example").needsUtf8()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "ann@there.example.seal.example, ann@there.example",
        "ann@there.example, ann@there.example",
        "ann@seal.example, ann@seal.example",
        "ann@thereseal.example, ann@thereseal.example",
        "ann@seal.example.there.example, ann@seal.example.there.example",
    })
    void aSuffixIsTakenOffOnlyWhereItIsOne(String routed, String meant) throws Exception {
        assertThat(EmailAddress.parse(routed).withoutSuffix("seal.example").text())
                .isEqualTo(meant);
    }

    @Test
    void neitherAnAddressNorARefusalPrintsWhatItWas() throws Exception {
        assertThat(EmailAddress.parse("ann@example.com").toString())
                .isEqualTo("EmailAddress[redacted]");
        for (String text :
                new String[] {"canary", "canary canary@b", "a@canary canary", "canary@ß"}) {
            assertThatExceptionOfType(MalformedAddressException.class)
                    .isThrownBy(() -> EmailAddress.parse(text))
                    .withMessageNotContaining("canary")
                    .withNoCause();
        }
    }

    /// A domain of exactly so many octets.
    private static String domainOf(int octets) {
        return octets % 2 == 1 ? "a.".repeat(octets / 2) + "a" : "a.".repeat(octets / 2 - 1) + "aa";
    }
}
