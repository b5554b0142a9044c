package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.store.MailRules;
import org.postern.db.store.MailRules.Brackets;

/// What a tenant may decide about its mail at the door.
class IntakeRulesTest {

    private static final String FROM = "From: nurse@example.com\r\n";

    @TempDir Path folder;

    private IntakeUnderTest door(MailRules rules) {
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants = List.of(IntakeUnderTest.clinic(false).withRules(rules));
        return new IntakeUnderTest(folder, setup);
    }

    private static MailRules marks() {
        return new MailRules(
                List.of(Brackets.CURLY, Brackets.PIPES),
                List.of("[encrypt]", "#secure"),
                List.of(new MailRules.MarkField("X-Class", "Secret")),
                false,
                MailRules.Keeping.DEFAULT);
    }

    private static MailRules normalizing() {
        return new MailRules(
                List.of(Brackets.SQUARE), List.of(), List.of(), true, MailRules.Keeping.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject: {Your results}",
                "Subject: Re: |Your results|",
                "Subject: [encrypt] Your results",
                "Subject: Your results #SECURE",
                "Subject: =?utf-8?q?=23secure_Your_results?=",
                "x-class: secret\r\nSubject: plain",
                "X-Postern: encrypt\r\nSubject: plain"
            })
    void aMarkTheTenantHasChosenIsTaken(String header) throws IOException {
        try (IntakeUnderTest door = door(marks());
                SmtpClient client = door.client()) {
            client.begin("nurse@example.com", "patient@example.org");
            assertThat(client.data(FROM + header + "\r\n\r\nx\r\n")).startsWith("250 2.0.0");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject: [Your results]",
                "Subject: #secured results",
                "X-Class: public\r\nSubject: plain"
            })
    void aMarkTheTenantHasNotChosenIsRefusedWithoutAdviceThatWouldNotHelp(String header)
            throws IOException {
        try (IntakeUnderTest door = door(marks());
                SmtpClient client = door.client()) {
            client.begin("nurse@example.com", "patient@example.org");
            assertThat(client.data(FROM + header + "\r\n\r\nx\r\n"))
                    .startsWith("550 5.7.1 Not marked for encryption as your organisation")
                    .doesNotContain("[brackets]");
            assertThat(door.spool().files()).isEmpty();
        }
    }

    @Test
    void aLoneLfBecomesCrlfWhereTheTenantNormalizes() throws IOException {
        try (IntakeUnderTest door = door(normalizing());
                SmtpClient client = door.client()) {
            client.begin("nurse@example.com", "patient@example.org");
            String lf = FROM.replace("\r", "") + "Subject: [x]\n\none\ntwo";
            assertThat(client.data(lf + "\r\n\nthree\n\r\n")).startsWith("250 2.0.0");
            try (SpoolReader.Opened message = door.spool().only()) {
                String lines = String.join("\r\n", "Subject: [x]", "", "one", "two", "", "three");
                assertThat(new String(message.bytes(), UTF_8))
                        .endsWith(lines + "\r\n\r\n")
                        .doesNotContainPattern("(?<!\r)\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n.\n", "\r\n.\n", "\n.\r\n"})
    void nothingButCrlfDotCrlfEndsAMessageThatIsNormalized(String hostile) throws IOException {
        try (IntakeUnderTest door = door(normalizing());
                SmtpClient client = door.client()) {
            client.begin("nurse@example.com", "patient@example.org");
            String second =
                    "MAIL FROM:<nurse@example.com>\r\nRCPT TO:<other@example.org>\r\nDATA\r\n";
            assertThat(client.data(FROM + "Subject: [x]\r\n\r\nfirst" + hostile + second))
                    .startsWith("250 2.0.0");
            assertThat(client.say("NOOP")).startsWith("250 2.0.0 OK");
            try (SpoolReader.Opened message = door.spool().only()) {
                assertThat(new String(message.bytes(), UTF_8)).endsWith(second);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\0b", "\r\r\n"})
    void aLoneCrAndNulAreRefusedEvenSo(String hostile) throws IOException {
        try (IntakeUnderTest door = door(normalizing());
                SmtpClient client = door.client()) {
            client.begin("nurse@example.com", "patient@example.org");
            assertThat(client.data(FROM + "Subject: [x]\r\n\r\n" + hostile + "\r\n"))
                    .startsWith("521 5.5.2");
            assertThat(door.spool().files()).isEmpty();
        }
    }
}
