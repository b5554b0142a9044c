package org.postern.mail.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderSectionTest {

    static HeaderSection section(String... lines) throws HeaderLimitException {
        return HeaderSection.parse(
                (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void fieldsKeepTheirOrderTheirBytesAndTheirPlace() throws HeaderLimitException {
        byte[] content =
                "Received: one\r\nX-Note: folded\r\n\tvalue\r\nReceived: two\r\n\r\nbody: no field\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        var section = HeaderSection.parse(content);

        assertThat(section.fields())
                .extracting(HeaderField::name)
                .containsExactly("Received", "X-Note", "Received");
        assertThat(section.all("received"))
                .extracting(HeaderField::value)
                .containsExactly("one", "two");
        var note = section.first("x-note").orElseThrow();
        assertThat(note.value()).isEqualTo("folded\tvalue");
        assertThat(note.raw()).asString().isEqualTo("X-Note: folded\r\n\tvalue");
        assertThat(
                        new String(
                                content,
                                note.offset(),
                                note.end() - note.offset(),
                                StandardCharsets.US_ASCII))
                .isEqualTo("X-Note: folded\r\n\tvalue\r\n");
        assertThat(new String(content, section.length(), 4, StandardCharsets.US_ASCII))
                .isEqualTo("body");
    }

    @Test
    void aLineThatIsNoFieldIsSkipped() throws HeaderLimitException {
        var section =
                section(">From mbox", "Subject : x", "not a field", "T\u00f6: a@b", "From: a@b");
        assertThat(section.fields())
                .extracting(HeaderField::name)
                .containsExactly("Subject", "From");
    }

    @Test
    void aSectionWithoutAnEmptyLineEndsWithTheContent() throws HeaderLimitException {
        var section = HeaderSection.parse("Subject: x\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(section.subject()).contains("x");
        assertThat(section.length()).isEqualTo(12);
        assertThat(HeaderSection.parse(new byte[0]).fields()).isEmpty();
    }

    @Test
    void tooManyBytesOrFieldsAreRefusedWithOneException() throws HeaderLimitException {
        String large = "X: " + "a".repeat(HeaderSection.MOST_BYTES);
        assertThatThrownBy(() -> section(large)).isInstanceOf(HeaderLimitException.class);

        String[] fields = new String[HeaderSection.MOST_FIELDS];
        Arrays.fill(fields, "X: y");
        assertThat(section(fields).fields()).hasSize(HeaderSection.MOST_FIELDS);
        String[] oneMore = Arrays.copyOf(fields, fields.length + 1);
        oneMore[fields.length] = "not even a field";
        assertThatThrownBy(() -> section(oneMore)).isInstanceOf(HeaderLimitException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "plain subject;plain subject",
                "=?utf-8?Q?caf=C3=A9?=;café",
                "=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=;café",
                "=?utf-8?Q?a?=  =?utf-8?Q?b?=;ab",
                "=?utf-8?Q?a?= x =?utf-8?Q?b?=;a x b",
                "=?iso-8859-1?Q?=A4?= =?iso-8859-15?Q?=A4?=;¤€",
                "=?ISO-8859-1*en?Q?caf=E9?=;café",
                "=?windows-1251?B?z/Do4uXy?=;Привет",
                "=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=;日本",
                "=?us-ascii?Q?caf=C3=A9?=;café",
                "=?UTF-7?Q?+ADw-script?=;=?UTF-7?Q?+ADw-script?=",
                "=?x-nobody-knows?Q?abc?=;=?x-nobody-knows?Q?abc?=",
                "=?utf-8?X?abc?=;=?utf-8?X?abc?=",
                "=?utf-8?Q?abc;=?utf-8?Q?abc",
                "=?utf-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?=;=?utf-8?Q?x?=",
                "=?utf-8?B?Y2Fmw6k?=;café",
                "=?utf-8?Q?cafe=CC=81?=;café",
                "=?utf-8?Q?=E2=80=AEgpj.exe?=;\ufffdgpj.exe",
                "=?utf-8?Q?a=0D=0ABcc:_b?=;a  Bcc: b",
            })
    void theSubjectIsDecodedOnceAndFitToBeShown(String raw, String shown)
            throws HeaderLimitException {
        assertThat(section("Subject: " + raw).subject()).contains(shown);
    }

    @Test
    void eightBitSubjectsAreUtf8OrElseWindows1252() throws HeaderLimitException {
        assertThat(section("Subject: café").subject()).contains("café");
        assertThat(
                        HeaderSection.parse(
                                        "Subject: café – x\r\n".getBytes(MailCharset.WINDOWS_1252))
                                .subject())
                .contains("café – x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=?a=",
                "=?",
                "=?utf-8?Q?a",
                "=?utf-8?B?YQ==?= ",
                "?=",
                "e\u0301\u0316",
                "=?utf-8?Q?=E2=80=AE?="
            })
    @Timeout(20)
    void aHostileSubjectCostsLinearTimeAndIsCutAt64KiB(String piece) throws HeaderLimitException {
        var section =
                section(
                        "Subject: "
                                + piece.repeat(
                                        900_000 / piece.getBytes(StandardCharsets.UTF_8).length));
        long started = System.nanoTime();
        assertThat(section.subject().orElseThrow().length()).isLessThanOrEqualTo(64 * 1024);
        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void mailboxesAreReadLeniently() throws HeaderLimitException {
        var section =
                section(
                        "From: \"Doe, Jane\" <Jane.Doe@Example.COM>, =?utf-8?Q?J=C3=B6rg?= <j@x>",
                        "Sender: root (The Operator)",
                        "Reply-To: <@relay.example,@other:user@host> (ignored), \"a \\\"b\\\""
                                + " c\"@d.e",
                        "To: Undisclosed recipients:;",
                        "To: A group: one@x, Two <two@x>;, , three @ x (a (nested) name)",
                        "Cc: John Smith, =?utf-8?B?xLA=?=@x, <unclosed@x");
        assertThat(section.from())
                .containsExactly(
                        new MailboxName(Optional.of("Doe, Jane"), "Jane.Doe@Example.COM"),
                        new MailboxName(Optional.of("Jörg"), "j@x"));
        assertThat(section.sender()).contains(new MailboxName(Optional.of("The Operator"), "root"));
        assertThat(section.replyTo())
                .containsExactly(
                        new MailboxName(Optional.of("ignored"), "user@host"),
                        new MailboxName(Optional.empty(), "\"a \\\"b\\\" c\"@d.e"));
        assertThat(section.to())
                .containsExactly(
                        new MailboxName(Optional.empty(), "one@x"),
                        new MailboxName(Optional.of("Two"), "two@x"),
                        new MailboxName(Optional.of("a (nested) name"), "three@x"));
        assertThat(section.cc())
                .extracting(MailboxName::address)
                .containsExactly("=?utf-8?B?xLA=?=@x", "unclosed@x");
    }

    @Test
    @Timeout(10)
    void tensOfThousandsOfRecipientsAreReadUpToTheLimit() throws HeaderLimitException {
        var line = new StringBuilder("Cc: first@example.org");
        for (int i = 0; i < 30_000; i++) {
            line.append(",\r\n \"Person ")
                    .append(i)
                    .append("\" <p")
                    .append(i)
                    .append("@example.org>");
            if (line.length() > 1_000_000) {
                break;
            }
        }
        assertThat(section(line.toString()).cc())
                .hasSize(HeaderSection.MOST_MAILBOXES)
                .last()
                .isEqualTo(new MailboxName(Optional.of("Person 1998"), "p1998@example.org"));
    }

    @Test
    void namesAndAddressesAreBounded() throws HeaderLimitException {
        var section = section("From: " + "n".repeat(5_000) + " <a@b>, " + "x".repeat(5_000) + "@y");
        assertThat(section.from())
                .singleElement()
                .satisfies(author -> {
                    assertThat(author.address()).isEqualTo("a@b");
                    assertThat(author.displayName().orElseThrow()).hasSize(256);
                });
    }

    @Test
    void msgIdsKeepTheirBracketsAndAreBounded() throws HeaderLimitException {
        var many = new StringBuilder("References:");
        for (int i = 0; i < 500; i++) {
            many.append("\r\n <").append(i).append("@x>");
        }
        var section =
                section(
                        "Message-Id:  <a.b@c> (a comment)",
                        "In-Reply-To: Your message of \"Mon\" <one@x>\r\n\t<two @ x>",
                        many.toString());
        assertThat(section.messageId()).contains("<a.b@c>");
        assertThat(section.inReplyTo()).containsExactly("<one@x>", "<two@x>");
        assertThat(section.references())
                .hasSize(100)
                .startsWith("<0@x>", "<401@x>")
                .endsWith("<499@x>");
        assertThat(section("Message-ID: bare@x").messageId()).contains("<bare@x>");
        assertThat(section("Message-ID: ").messageId()).isEmpty();
        assertThat(section("X: y").references()).isEqualTo(List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Fri, 21 Nov 1997 09:55:06 -0600;1997-11-21T15:55:06Z",
                "21 Nov 97 09:55:06 GMT;1997-11-21T09:55:06Z",
                "Thu, 13 Feb 1969 23:32 -0330 (Newfoundland);1969-02-14T03:02:00Z",
                "Mon, 1 January 2024 00:00:60 EST;2024-01-01T05:00:59Z",
                "1 Jan 2024 10:00:00;2024-01-01T10:00:00Z",
            })
    void datesAreReadInTheirOldFormsToo(String text, Instant date) throws HeaderLimitException {
        assertThat(section("Date: " + text).date()).contains(date);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "32 Jan 2024 10:00:00 +0000",
                "1 Foo 2024 10:00",
                "1 Jan 2024 10",
                "1 Jan 2024 10:00 +9999"
            })
    void whatIsNoDateIsNone(String text) throws HeaderLimitException {
        assertThat(section("Date: " + text).date()).isEmpty();
    }

    @Test
    void randomBytesNeverThrow() throws HeaderLimitException {
        var random = new Random(42);
        byte[] alphabet =
                "aB: \t\r\n\r\n<>@,;\"\\()=?QButf-8_From:Subject:To:Date:\u0000\u00ff"
                        .getBytes(StandardCharsets.ISO_8859_1);
        for (int round = 0; round < 20_000; round++) {
            byte[] content = new byte[random.nextInt(200)];
            for (int i = 0; i < content.length; i++) {
                content[i] = alphabet[random.nextInt(alphabet.length)];
            }
            var section = HeaderSection.parse(content);
            section.subject();
            section.date();
            section.references();
            section.messageId();
            for (HeaderField field : section.fields()) {
                assertThat(field.offset()).isLessThan(field.end());
                section.mailboxes(field.name());
                section.text(field.name());
                MailboxName.parse(field.value(), 10);
                MessageIds.parse(field.value());
                DateText.parse(field.value());
            }
        }
    }

    @Test
    void nothingOfTheContentIsPrinted() throws HeaderLimitException {
        var section = section("From: Jane <jane@x>", "Subject: secret");
        assertThat(section + " " + section.fields() + section.from())
                .doesNotContain("secret", "jane", "Jane", "Subject");
    }
}
