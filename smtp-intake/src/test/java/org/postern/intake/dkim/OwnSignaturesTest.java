package org.postern.intake.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.james.jdkim.DKIMVerifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.DkimKey;
import org.postern.crypto.DkimKey.Algorithm;
import org.postern.intake.dkim.DkimResult.Outcome;
import org.postern.intake.dns.Dns;
import org.postern.intake.dns.NameServer;
import org.postern.mail.mime.HeaderLimitException;
import org.postern.mail.mime.HeaderSection;
import org.postern.notifications.dkim.DkimIdentity;
import org.postern.notifications.dkim.DkimSigner;

/// What we sign is what those who verify take for signed, with keys from a real name server.
class OwnSignaturesTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private static final String MAIL =
            String.join(
                    "\r\n",
                    "From: \"Example  Clinic\" <secure-mail@example.com>",
                    "Reply-To: Example Clinic",
                    "\t<secure-mail@example.com>",
                    "To: patient@example.org",
                    "Subject: =?UTF-8?Q?A_message?=  ",
                    "  waits ",
                    "Date: Tue, 24 Nov 2026 12:00:00 +0000",
                    "Message-ID: <notice.1@example.com>",
                    "MIME-Version: 1.0",
                    "Content-Type: text/plain; charset=utf-8",
                    "Auto-Submitted: auto-generated",
                    "",
                    " A  message \t waits. ",
                    "",
                    ".",
                    "",
                    "");

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final DkimIdentity RSA =
            new DkimIdentity("example.com", "first", DkimKey.generate(Algorithm.RSA, RANDOM));
    private static final DkimIdentity ED25519 =
            new DkimIdentity("example.com", "second", DkimKey.generate(Algorithm.ED25519, RANDOM));

    private NameServer server;
    private Dns dns;

    @BeforeEach
    void open() throws IOException {
        server = new NameServer();
        server.text(RSA.recordName(), RSA.key().record());
        server.text(ED25519.recordName(), ED25519.key().record());
        dns = new Dns(server.properties(), Clock.systemUTC(), RANDOM);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void bothSignaturesAreValid() throws Exception {
        assertThat(verify(signed()))
                .extracting(DkimResult::outcome)
                .containsExactly(Outcome.PASS, Outcome.PASS);
        assertThat(verify(signed())).extracting(DkimResult::domain).containsOnly("example.com");
    }

    @Test
    void othersSayTheSame() throws Exception {
        DKIMVerifier jdkim = new DKIMVerifier((_, _, _) -> List.of(RSA.key().record()));

        jdkim.verify(new ByteArrayInputStream(signed(RSA).getBytes(ISO_8859_1)));

        assertThat(jdkim.hasAnyValidSignature()).isTrue();
    }

    @Test
    void whatRelaysDoToSpaceLeavesThemValid() throws Exception {
        String passedOn =
                "Received: from us by relay; Tue, 24 Nov 2026 12:00:01 +0000\r\n"
                        + signed().replace("To: patient", "TO:  patient")
                                .replace(" A  message \t waits. ", " A message waits.\t")
                        + "\r\n\r\n";

        assertThat(verify(passedOn)).extracting(DkimResult::outcome).containsOnly(Outcome.PASS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: evil@example.net",
                "To: other@example.org",
                "Subject: another",
                "Date: Wed, 25 Nov 2026 12:00:00 +0000",
                "Message-ID: <other@example.com>",
                "MIME-Version: 1.0",
                "Content-Type: text/html",
                "Auto-Submitted: no",
                "Reply-To: evil@example.net"
            })
    void nobodyCanAddAFieldThatCounts(String field) throws Exception {
        assertThat(verify(field + "\r\n" + signed()))
                .extracting(DkimResult::outcome)
                .doesNotContain(Outcome.PASS);
    }

    @Test
    void nobodyCanChangeTheBodyOrAField() throws Exception {
        for (String changed :
                List.of(
                        signed().replace("waits.", "awaits."),
                        signed().replace("patient@", "other@"),
                        signed().replace("auto-generated", "no"))) {
            assertThat(verify(changed))
                    .hasSize(2)
                    .extracting(DkimResult::outcome)
                    .containsOnly(Outcome.FAIL);
        }
    }

    @Test
    void mailOfADomainWithoutAKeyIsLeftAsItIs() {
        byte[] mail = MAIL.getBytes(UTF_8);
        assertThat(new DkimSigner(List.of(RSA), CLOCK).sign("example.net", mail)).isEqualTo(mail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "\r\n\r\n", "x\r\n", " \t\r\nx \r\n", "x\r\n\r\n"})
    void everyEndOfABodyIsSignedAsItIsVerified(String body) throws Exception {
        String mail = MAIL.substring(0, MAIL.indexOf("\r\n\r\n") + 4) + body;
        assertThat(verify(sign(mail, RSA, ED25519)))
                .hasSize(2)
                .extracting(DkimResult::outcome)
                .containsOnly(Outcome.PASS);
    }

    @Test
    void aKeyComesBackAsItWasKept() throws Exception {
        for (DkimIdentity each : List.of(RSA, ED25519)) {
            DkimKey again = DkimKey.parse(each.key().exportSecret()).orElseThrow();
            assertThat(again.record()).isEqualTo(each.key().record());
            assertThat(verify(sign(MAIL, new DkimIdentity(each.domain(), each.selector(), again))))
                    .extracting(DkimResult::outcome)
                    .containsExactly(Outcome.PASS);
        }
        assertThat(DkimKey.parse(new byte[48])).isEmpty();
    }

    private static String signed(DkimIdentity... identities) {
        return identities.length == 0 ? sign(MAIL, RSA, ED25519) : sign(MAIL, identities);
    }

    private static String sign(String mail, DkimIdentity... identities) {
        return new String(
                new DkimSigner(List.of(identities), CLOCK)
                        .sign("example.com", mail.getBytes(ISO_8859_1)),
                ISO_8859_1);
    }

    private List<DkimResult> verify(String message) throws HeaderLimitException {
        byte[] bytes = message.getBytes(ISO_8859_1);
        HeaderSection header = HeaderSection.parse(bytes);
        DkimVerifier verifier = DkimVerifier.begin(header, dns.forOneMessage(), NOW);
        verifier.update(bytes, header.length(), bytes.length - header.length());
        return verifier.finish();
    }
}
