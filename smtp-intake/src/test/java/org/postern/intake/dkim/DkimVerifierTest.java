package org.postern.intake.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.exceptions.FailException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.intake.dkim.DkimResult.Outcome;
import org.postern.intake.dns.Dns;
import org.postern.intake.dns.NameServer;
import org.postern.mail.mime.HeaderField;
import org.postern.mail.mime.HeaderLimitException;
import org.postern.mail.mime.HeaderSection;

/// Signatures that others made, with keys from a real name server.
class DkimVerifierTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private static final String MAIL =
            String.join(
                    "\r\n",
                    "From: Nurse  <nurse@example.com>",
                    "SUBJECT:\tYour",
                    "\t  results ",
                    "To: patient@example.org",
                    "",
                    " All  is \t well. ",
                    "",
                    "",
                    "Bye\t",
                    "",
                    "",
                    "");

    /// RFC 8463, appendix A.3.
    private static final String EXAMPLE =
            String.join(
                    "\r\n",
                    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;",
                    " d=football.example.com; i=@football.example.com;",
                    " q=dns/txt; s=brisbane; t=1528637909; h=from : to :",
                    " subject : date : message-id : from : subject : date;",
                    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;",
                    " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus",
                    " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==",
                    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;",
                    " d=football.example.com; i=@football.example.com;",
                    " q=dns/txt; s=test; t=1528637909; h=from : to : subject :",
                    " date : message-id : from : subject : date;",
                    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;",
                    " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3",
                    " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz",
                    " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=",
                    "From: Joe SixPack <joe@football.example.com>",
                    "To: Suzie Q <suzie@shopping.example.net>",
                    "Subject: Is dinner ready?",
                    "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)",
                    "Message-ID: <20030712040037.46341.5F8J@football.example.com>",
                    "",
                    "Hi.",
                    "",
                    "We lost the game.  Are you hungry yet?",
                    "",
                    "Joe.",
                    "");

    private static final String EXAMPLE_RSA =
            "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR"
                    + "iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC"
                    + "DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3"
                    + "Ip3G+2kryOTIKT+l/K4w3QIDAQAB";

    private NameServer server;
    private Dns dns;
    private Instant at = NOW;

    @BeforeEach
    void open() throws IOException {
        server = new NameServer();
        server.text("test._domainkey.example.com", TestSigner.record());
        dns = new Dns(server.properties(), Clock.systemUTC(), new SecureRandom());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private List<DkimResult> verify(String message) {
        return verify(message, 7);
    }

    private List<DkimResult> verify(String message, int chunk) {
        byte[] bytes = message.getBytes(ISO_8859_1);
        HeaderSection header = header(bytes);
        DkimVerifier verifier = DkimVerifier.begin(header, dns.forOneMessage(), at);
        for (int from = header.length(); from < bytes.length; from += chunk) {
            verifier.update(bytes, from, Math.min(chunk, bytes.length - from));
        }
        return verifier.finish();
    }

    private static HeaderSection header(byte[] bytes) {
        try {
            return HeaderSection.parse(bytes);
        } catch (HeaderLimitException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private DkimResult only(String message) {
        List<DkimResult> results = verify(message);
        assertThat(results).hasSize(1);
        return results.getFirst();
    }

    private void assertNot(String message, Outcome outcome, String reason) {
        assertThat(only(message).outcome()).isEqualTo(outcome);
        assertThat(only(message).reason()).contains(reason);
    }

    private static String template(String more) {
        return "v=1; a=rsa-sha256; d=example.com; s=test; h=from:subject; bh=; b=; " + more;
    }

    @Test
    void theExampleOfTheEd25519StandardPassesWithBothKeys() {
        server.text(
                "brisbane._domainkey.football.example.com",
                "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        server.text("test._domainkey.football.example.com", EXAMPLE_RSA);
        assertThat(verify(EXAMPLE))
                .containsExactly(
                        DkimResult.pass("football.example.com"),
                        DkimResult.pass("football.example.com"));
        assertThat(verify(EXAMPLE.replace("hungry", "thirsty")))
                .extracting(DkimResult::reason)
                .containsExactly("the body was changed", "the body was changed");
        assertThat(verify(EXAMPLE.replace("Suzie", "Susie")))
                .extracting(DkimResult::reason)
                .containsExactly("the signature does not fit", "the signature does not fit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "simple/simple",
                "simple/relaxed",
                "relaxed/simple",
                "relaxed/relaxed",
                "relaxed"
            })
    void whatJdkimSignsPassesInPiecesOfAnySize(String canonicalization) {
        for (String mail :
                List.of(
                        MAIL,
                        MAIL + "no end",
                        MAIL.substring(0, MAIL.indexOf("\r\n\r\n") + 4)
                                + "\r\n\r\nwords\r\n\r\n \r\n")) {
            String signed = TestSigner.signWith(template("c=" + canonicalization + ";"), mail);
            for (int chunk : List.of(1, 2, 3, 1_000)) {
                assertThat(verify(signed, chunk))
                        .describedAs(mail.substring(mail.indexOf("\r\n\r\n")))
                        .containsExactly(DkimResult.pass("example.com"));
            }
        }
    }

    /// RFC 6376, sections 3.4.3 and 3.4.4; jDKIM has another idea of the relaxed one.
    @ParameterizedTest
    @CsvSource({
        "false, frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=",
        "true, 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    })
    void anEmptyBodyHasTheHashOfTheStandard(boolean relaxed, String expected) {
        for (String body : List.of("", "\r\n", "\r\n\r\n")) {
            BodyHash hash = new BodyHash(relaxed);
            hash.update(body.getBytes(ISO_8859_1), 0, body.length());
            assertThat(Base64.getEncoder().encodeToString(hash.finish())).isEqualTo(expected);
        }
    }

    @Test
    void aLongBodyPasses() {
        String body = (" words  and\twords \r\n" + "x".repeat(900) + "\r\n\r\n").repeat(200);
        assertThat(verify(TestSigner.sign("example.com", MAIL + body), 4_096))
                .containsExactly(DkimResult.pass("example.com"));
    }

    @ParameterizedTest
    @CsvSource({
        "relaxed/relaxed, true, true",
        "relaxed/simple, true, false",
        "simple/relaxed, false, true",
        "simple/simple, false, false"
    })
    void blanksMayChangeWhereRelaxedAndBothOpinionsAgree(
            String canonicalization, boolean header, boolean body) throws Exception {
        String signed = TestSigner.signWith(template("c=" + canonicalization + ";"), MAIL);
        String otherHeader = signed.replace("Nurse  <", "Nurse <");
        String otherBody = signed.replace("is \t well", "is well");
        assertThat(only(otherHeader).outcome() == Outcome.PASS).isEqualTo(header);
        assertThat(only(otherBody).outcome() == Outcome.PASS).isEqualTo(body);
        assertThat(secondOpinion(signed)).isTrue();
        assertThat(secondOpinion(otherHeader)).isEqualTo(header);
        assertThat(secondOpinion(otherBody)).isEqualTo(body);
    }

    private static boolean secondOpinion(String message) throws IOException {
        DKIMVerifier jdkim = new DKIMVerifier((_, _, _) -> List.of(TestSigner.record()));
        try {
            jdkim.verify(new ByteArrayInputStream(message.getBytes(ISO_8859_1)));
            return jdkim.hasAnyValidSignature();
        } catch (FailException e) {
            return false;
        }
    }

    @Test
    void everyChangeOfAWordIsSeen() {
        String signed = TestSigner.sign("example.com", MAIL);
        assertNot(signed.replace("well", "ill"), Outcome.FAIL, "the body was changed");
        assertNot(signed.replace("results", "Results"), Outcome.FAIL, "does not fit");
        assertNot(signed + "more\r\n", Outcome.FAIL, "the body was changed");
        assertThat(only(signed + "\r\n\r\n").outcome()).isEqualTo(Outcome.PASS);
        assertThat(only(signed.replace("To: patient", "To: nobody")).outcome())
                .isEqualTo(Outcome.PASS); // not signed
    }

    @Test
    void aFieldThatIsShownMustBeSignedEachTimeItIsThere() {
        String signed = TestSigner.signWith(template(""), MAIL);
        String reason = "a field that is shown is not signed";
        assertNot("From: evil@example.com\r\n" + signed, Outcome.PERMERROR, reason);
        assertNot("Subject: [evil]\r\n" + signed, Outcome.PERMERROR, reason);
        String fromOnly = "v=1; a=rsa-sha256; d=example.com; s=test; h=from; bh=; b=;";
        assertNot(TestSigner.signWith(fromOnly, MAIL), Outcome.PERMERROR, reason);
    }

    @Test
    void aFieldSignedOnceMoreThanItIsThereCannotBeAdded() {
        String signed = TestSigner.sign("example.com", MAIL); // signs From and Subject twice
        assertThat(only(signed).outcome()).isEqualTo(Outcome.PASS);
        assertNot("Subject: [evil]\r\n" + signed, Outcome.FAIL, "does not fit");
        int to = signed.indexOf("To: ");
        assertNot(
                signed.substring(0, to) + "From: evil@example.com\r\n" + signed.substring(to),
                Outcome.FAIL,
                "does not fit");
    }

    @Test
    void aSignatureWithoutFromIsNone() {
        String signed =
                TestSigner.signWith(template(""), MAIL).replace("h=from:subject", "h=subject");
        assertNot(signed, Outcome.PERMERROR, "From is not signed");
    }

    @Test
    void aPartOfTheBodyIsNotEnough() {
        assertNot(
                TestSigner.signWith(template("l=5;"), MAIL),
                Outcome.FAIL,
                "a part of the body only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa-sha1", "dsa-sha256", ""})
    void anotherAlgorithmProvesNothing(String algorithm) {
        String signed = TestSigner.sign("example.com", MAIL).replace("rsa-sha256", algorithm);
        assertThat(only(signed).outcome()).isEqualTo(Outcome.PERMERROR);
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void timeCounts() {
        at = Instant.parse("2100-01-01T00:00:00Z"); // jDKIM itself signs nothing expired
        long now = at.getEpochSecond();
        assertThat(only(timed(now - 10, now + 10)).outcome()).isEqualTo(Outcome.PASS);
        assertNot(timed(now - 10, now - 1), Outcome.FAIL, "expired");
        assertNot(timed(now + 10, now + 5), Outcome.PERMERROR, "ends before it was made");
    }

    private static String timed(long made, long ends) {
        return TestSigner.signWith(template("t=" + made + "; x=" + ends + ";"), MAIL);
    }

    @Test
    void theIdentityLiesInTheDomain() {
        assertThat(only(TestSigner.signWith(template("i=nurse@ward.example.com;"), MAIL)).outcome())
                .isEqualTo(Outcome.PASS);
        String outside =
                TestSigner.sign("example.com", MAIL)
                        .replace("d=example.com;", "d=example.com; i=@badexample.com;");
        assertNot(outside, Outcome.PERMERROR, "i= outside d=");
    }

    @Test
    void aKeyThatIsNotForSubdomainsIsNot() {
        server.forget("test._domainkey.example.com");
        server.text("test._domainkey.example.com", TestSigner.record() + "; t=s");
        assertThat(only(TestSigner.sign("example.com", MAIL)).outcome()).isEqualTo(Outcome.PASS);
        assertNot(
                TestSigner.signWith(template("i=@ward.example.com;"), MAIL),
                Outcome.PERMERROR,
                "not for subdomains");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=DKIM1; p= | the key was revoked",
                "v=DKIM2; p=AAAA | unknown version of the key",
                "p=AAAA; v=DKIM1 | unknown version of the key",
                "v=DKIM1; h=sha1; p=AAAA | other hashes",
                "v=DKIM1; s=chat; p=AAAA | not for mail",
                "v=DKIM1; k=ed25519; p=AAAA | of another kind",
                "v=DKIM1; p=AAAA | malformed key",
                "v=DKIM1; p=!!!! | malformed base64",
                "v=DKIM1; k=rsa | no key",
                "some words | no key"
            })
    void aKeyThatIsOfNoUseProvesNothing(String record, String reason) {
        server.forget("test._domainkey.example.com");
        server.text("test._domainkey.example.com", record);
        assertNot(TestSigner.sign("example.com", MAIL), Outcome.PERMERROR, reason);
    }

    @Test
    void aDomainThatIsOnlyTestingHasNotSigned() {
        server.forget("test._domainkey.example.com");
        server.text("test._domainkey.example.com", TestSigner.record() + "; t=y");
        assertNot(TestSigner.sign("example.com", MAIL), Outcome.FAIL, "only testing");
    }

    @Test
    void ofSeveralKeysNoneCounts() {
        server.text("test._domainkey.example.com", EXAMPLE_RSA);
        assertNot(TestSigner.sign("example.com", MAIL), Outcome.PERMERROR, "several keys");
    }

    @ParameterizedTest
    @CsvSource({"512, false", "1024, true"})
    void aShortKeyProvesNothing(int bits, boolean enough) {
        KeyPair key = TestSigner.rsa(bits);
        server.forget("test._domainkey.example.com");
        server.text("test._domainkey.example.com", TestSigner.record(key));
        Outcome outcome = only(TestSigner.signWith(template(""), MAIL, key)).outcome();
        assertThat(outcome).isEqualTo(enough ? Outcome.PASS : Outcome.PERMERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SILENT", "SERVFAIL", "WRONG_QUESTION"})
    void aNameServerThatCannotSayIsATemporaryError(NameServer.Behaviour behaviour) {
        server.behave("test._domainkey.example.com", behaviour);
        assertThat(only(TestSigner.sign("example.com", MAIL)).outcome())
                .isEqualTo(Outcome.TEMPERROR);
    }

    @Test
    void aNameServerThatSaysThereIsNoKeyIsFinal() {
        server.forget("test._domainkey.example.com");
        assertNot(TestSigner.sign("example.com", MAIL), Outcome.PERMERROR, "no key");
    }

    @Test
    void fiveSignaturesAreLookedAtAndNoMore() {
        String other =
                "DKIM-Signature: v=1; a=rsa-sha256; d=other.example; s=x; h=from:subject; bh=AA==;"
                        + " b=AA==\r\n";
        String signed = TestSigner.sign("example.com", MAIL);
        assertThat(verify(other.repeat(4) + signed))
                .hasSize(5)
                .contains(DkimResult.pass("example.com"));
        assertThat(verify(other.repeat(5) + signed))
                .hasSize(5)
                .doesNotContain(DkimResult.pass("example.com"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "=",
                "v=1",
                "v=2; a=rsa-sha256; d=example.com; s=test; h=from; bh=AA==; b=AA==",
                "v=1; v=1; a=rsa-sha256; d=example.com; s=test; h=from; bh=AA==; b=AA==",
                "v=1; a=rsa-sha256; d=../..; s=test; h=from; bh=AA==; b=AA==",
                "v=1; a=rsa-sha256; d=example.com; s=a\\.b; h=from; bh=AA==; b=AA==",
                "v=1; a=rsa-sha256; c=none; d=example.com; s=test; h=from; bh=AA==; b=AA==",
                "v=1; a=rsa-sha256; q=http; d=example.com; s=test; h=from; bh=AA==; b=AA==",
                "v=1; a=rsa-sha256; x=soon; d=example.com; s=test; h=from; bh=AA==; b=AA==",
                "v=1; a=rsa-sha256; d=example.com; s=test; h=from; bh=?; b=AA=="
            })
    void aMalformedSignatureProvesNothingAndAsksNobody(String tags) {
        assertThat(only("DKIM-Signature: " + tags + "\r\n" + MAIL).outcome())
                .isEqualTo(Outcome.PERMERROR);
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void ourOwnEd25519SignaturesPassWhateverTheForm() throws Exception {
        KeyPair key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] info = key.getPublic().getEncoded();
        String raw =
                Base64.getEncoder()
                        .encodeToString(Arrays.copyOfRange(info, info.length - 32, info.length));
        server.text("ed._domainkey.example.com", "v=DKIM1; k=ed25519; p=" + raw);
        for (String form : List.of("simple/simple", "relaxed/relaxed", "simple/relaxed")) {
            String signed = signEd25519(key, form);
            assertThat(only(signed)).isEqualTo(DkimResult.pass("example.com"));
            assertNot(signed.replace("well", "ill"), Outcome.FAIL, "body");
        }
    }

    private static String signEd25519(KeyPair key, String form)
            throws GeneralSecurityException, UnusableException {
        BodyHash hash = new BodyHash(form.endsWith("relaxed"));
        byte[] body = MAIL.substring(MAIL.indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1);
        hash.update(body, 0, body.length);
        String field =
                "DKIM-Signature: v=1; a=ed25519-sha256; c="
                        + form
                        + "; d=example.com; s=ed;\r\n h=from:subject; b=AA==; bh="
                        + Base64.getEncoder().encodeToString(hash.finish());
        HeaderSection header = header((field + "\r\n" + MAIL).getBytes(ISO_8859_1));
        HeaderField own = header.first("DKIM-Signature").orElseThrow();
        byte[] signed =
                SignedHeader.of(
                        header.fields(),
                        own,
                        SignatureField.parse(TagList.parse(own.value()), NOW));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key.getPrivate());
        signature.update(BodyHash.sha256().digest(signed));
        return field.replace("b=AA==", "b=" + Base64.getEncoder().encodeToString(signature.sign()))
                + "\r\n"
                + MAIL;
    }
}
