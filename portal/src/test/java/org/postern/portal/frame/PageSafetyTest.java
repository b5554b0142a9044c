package org.postern.portal.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.MessageId;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.TestPortal;

/// What holds for every page: headers, escaping, hosts, methods, forms of other sites.
class PageSafetyTest {

    private static final String HOSTILE = "'\"><x>";
    private static final String PATIENT = "headers@example.org";
    private static final TestPortal portal = TestPortal.shared();
    private static MessageId message;

    @BeforeAll
    static void aHostileMessageLiesThere() {
        message =
                portal.deliver(
                        "nurse@example.com",
                        List.of(PATIENT),
                        """
                        From: "N '\\"><x>" <nurse@example.com>
                        To: "P '\\"><x>" <headers@example.org>, "Q '\\"><x>" <q@example.org>
                        Cc: "C '\\"><x>" <c@example.org>
                        Subject: S '"><x>
                        MIME-Version: 1.0
                        Content-Type: multipart/mixed; boundary=b

                        --b
                        Content-Type: text/plain

                        T '"><x> http://example.com/'"><x>
                        --b
                        Content-Type: text/html

                        <p>H '"><x></p>
                        --b
                        Content-Type: application/pdf; name="a'><x>.pdf"
                        Content-Disposition: attachment; filename="a'><x>.pdf"

                        x
                        --b--
                        """);
    }

    private static Stream<String> pages() {
        return Stream.of(
                "/",
                "/sign-in",
                "/sign-in?m=" + HOSTILE_QUERY,
                "/sign-in?ended",
                "/signed-out",
                "/help",
                "/access",
                "/access/second-step/off",
                "/read",
                "/genuine",
                "/signin/" + "A".repeat(43),
                "/inbox",
                "/inbox?before=" + HOSTILE_QUERY,
                "/sent",
                "/settings",
                "/m/" + message,
                "/m/" + message + "?view=text",
                "/m/" + message + "?sent",
                "/m/00000000-0000-7000-8000-000000000000",
                "/m/" + HOSTILE_QUERY,
                "/m/" + message + "/attachment/99",
                "/nowhere",
                "/error",
                "/" + HOSTILE_QUERY);
    }

    private static final String HOSTILE_QUERY = "%27%22%3E%3Cx%3E";

    @ParameterizedTest
    @MethodSource("pages")
    void everyPageCarriesTheHeaders(String path) {
        for (Browser browser : List.of(portal.browser(), portal.signedIn(PATIENT))) {
            Page page = browser.get(path);
            String nonce = nonce(page);
            assertThat(page.header("Content-Security-Policy"))
                    .contains(
                            "default-src 'none'; script-src 'nonce-"
                                    + nonce
                                    + "' 'strict-dynamic';"
                                    + " style-src 'self' 'nonce-"
                                    + nonce
                                    + "'; img-src 'self' blob:;"
                                    + " font-src 'self'; connect-src 'self'; frame-src 'self';"
                                    + " form-action 'self'; base-uri 'none'; object-src 'none';"
                                    + " frame-ancestors 'none'; require-trusted-types-for 'script';"
                                    + " trusted-types app dompurify");
            assertThat(page.header("X-Frame-Options")).contains("DENY");
            assertThat(page.header("X-Content-Type-Options")).contains("nosniff");
            assertThat(page.header("Referrer-Policy")).contains("no-referrer");
            assertThat(page.header("Cross-Origin-Opener-Policy")).contains("same-origin");
            assertThat(page.header("Cross-Origin-Embedder-Policy")).contains("require-corp");
            assertThat(page.header("Cross-Origin-Resource-Policy")).contains("same-origin");
            assertThat(page.header("Permissions-Policy").orElseThrow())
                    .contains("camera=()", "publickey-credentials-get=(self)");
            assertThat(page.header("Cache-Control")).contains("no-store");
            assertThat(page.header("Strict-Transport-Security")).isEmpty(); // this test speaks HTTP
            assertThat(page.header("Server")).isEmpty();
            assertThat(page.headers("Set-Cookie"))
                    .allSatisfy(cookie ->
                            assertThat(cookie)
                                    .startsWith("__Host-")
                                    .contains("Path=/", "Secure", "HttpOnly", "SameSite=Lax")
                                    .doesNotContain("Domain"));
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void nothingThatPeopleWriteBecomesMarkup(String path) {
        for (Browser browser : List.of(portal.browser(), portal.signedIn(PATIENT))) {
            String text = browser.get(path).text();
            assertThat(text).doesNotContain("<x>").doesNotContain(HOSTILE);
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyAddressOnAPageIsOurOwn(String path) {
        Matcher addresses =
                Pattern.compile("(?:src|href|action)=\"([^\"]*)\"")
                        .matcher(portal.signedIn(PATIENT).get(path).text());
        while (addresses.find()) {
            String address = addresses.group(1);
            if (!address.startsWith("http://example.com/")) { // the link in the message
                assertThat(address).matches("[/#].*").doesNotStartWith("//");
            }
        }
    }

    @Test
    void noNonceComesTwice() {
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            nonces.add(nonce(portal.browser().get("/")));
        }
        assertThat(nonces).hasSize(20);
    }

    @Test
    void assetsAreKeptByBrowsersUnderNamesThatChange() {
        Matcher assets =
                Pattern.compile("\"(/assets/[^\"#]+)").matcher(portal.browser().get("/").text());
        Set<String> seen = new HashSet<>();
        while (assets.find()) {
            Page asset = portal.browser().get(assets.group(1));
            assertThat(asset.status()).isEqualTo(200);
            assertThat(asset.header("Cache-Control").orElseThrow()).contains("immutable");
            assertThat(asset.header("X-Content-Type-Options")).contains("nosniff");
            seen.add(assets.group(1).replaceAll(".*/", ""));
        }
        assertThat(seen)
                .contains("portal.css", "portal.js", "passkeys.js", "icons.svg", "favicon.svg");
        assertThat(portal.browser().get("/assets/old/portal.css").status()).isEqualTo(404);
    }

    @Test
    void aStrangeHostGetsAPageWithoutHints() {
        Page page = portal.browserAt("unknown.example").get("/");
        assertThat(page.status()).isEqualTo(404);
        assertThat(page.text()).contains("There is no such page").doesNotContain("Clinic");
        assertThat(page.header("Content-Security-Policy")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "PUT", "DELETE", "PATCH"})
    void otherMethodsAreRefused(String method) {
        Page page = portal.signedIn(PATIENT).send(method, "/inbox");
        assertThat(page.status()).isEqualTo(405);
        assertThat(page.header("Allow")).contains("GET, HEAD, POST");
    }

    @Test
    void aFormWithoutItsTokenIsRefused() {
        Browser browser = portal.browser();
        browser.get("/");
        Page page = browser.post("/sign-in", Map.of("address", PATIENT));
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.text()).contains("This page was open for too long");
    }

    @Test
    void aTokenOfAnotherBrowserIsRefused() {
        Map<String, String> fields = new LinkedHashMap<>(portal.browser().get("/").hiddenFields());
        fields.put("address", PATIENT);
        Browser other = portal.browser();
        other.get("/");
        assertThat(other.post("/sign-in", fields).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site"})
    void aFormOfAnotherSiteIsRefusedEvenWithAToken(String site) {
        Browser browser = portal.browser();
        Map<String, String> fields = browser.get("/").hiddenFields();
        Page page = browser.with("Sec-Fetch-Site", site).post("/sign-in", fields);
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.text()).contains("This came from somewhere else");
    }

    @Test
    void withoutFetchMetadataTheOriginDecides() {
        Browser foreign = portal.browser();
        Map<String, String> fields = foreign.get("/").hiddenFields();
        assertThat(foreign.with("Origin", "https://evil.example").post("/sign-in", fields).status())
                .isEqualTo(403);

        Browser own = portal.browser();
        Map<String, String> ownFields = own.get("/").hiddenFields();
        Page page =
                own.with("Origin", "http://localhost:" + portal.port()).post("/sign-in", ownFields);
        assertThat(page.status()).isEqualTo(422); // taken, and no address was typed
    }

    @Test
    void aFormOfAnEndedSessionSaysSo() {
        Browser browser = portal.signedIn(PATIENT);
        Map<String, String> fields = browser.get("/inbox").hiddenFields();
        browser.cookies().put("__Host-sid", "A".repeat(43));
        Page page = browser.post("/sign-out", fields);
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.text()).contains("You have been signed out");
    }

    private static String nonce(Page page) {
        Matcher nonce =
                Pattern.compile("'nonce-([A-Za-z0-9_-]{43})'")
                        .matcher(page.header("Content-Security-Policy").orElseThrow());
        assertThat(nonce.find()).isTrue();
        String value = nonce.group(1);
        if (page.text().contains("<script")) {
            assertThat(page.text()).contains("nonce=\"" + value + "\"");
        }
        return value;
    }
}
