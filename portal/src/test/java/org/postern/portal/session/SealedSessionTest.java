package org.postern.portal.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postern.crypto.Tokens;
import org.postern.keys.KeyService.Issued;
import org.postern.portal.Browser;
import org.postern.portal.TestPortal;

/// What Redis holds of a session.
class SealedSessionTest {

    private static final TestPortal portal = TestPortal.shared();
    private static final String READER = "redis.canary@example.org";

    @Test
    void aDumpOfRedisHoldsNoCookieNoTokenNoAddress() throws IOException {
        portal.deliver(
                "nurse@example.com",
                List.of(READER),
                "From: nurse@example.com\nSubject: Canary subject\n\nCanary body\n");
        Browser browser = portal.browser();
        browser.post("/sign-in", Map.of("address", READER), "/");
        Issued mail = portal.newestMail();
        browser.post("/signin", browser.get("/signin/" + mail.token()).hiddenFields());
        browser.get("/inbox");
        String cookie = browser.cookie("__Host-sid");
        assertThat(cookie).hasSize(43);

        redis("SAVE");
        String dump = dump();
        assertThat(dump)
                .contains(SealedSessionRepository.redisKey(Tokens.hash(cookie)))
                .doesNotContain(cookie, mail.token(), mail.code())
                .doesNotContain("redis.canary", "Canary", "readingKey", "mailbox");
    }

    @Test
    void aSessionThatSomebodyWroteIntoRedisIsNone() throws IOException {
        String cookie = "B".repeat(43);
        redis(
                "SET "
                        + SealedSessionRepository.redisKey(Tokens.hash(cookie))
                        + " "
                        + "A".repeat(200));
        Browser browser = portal.browser();
        browser.cookies().put("__Host-sid", cookie);
        assertThat(browser.get("/inbox").status()).isEqualTo(302);
    }

    @Test
    void aPageForEverybodyMakesNoSession() throws IOException {
        String before = redis("DBSIZE");
        for (String path : List.of("/", "/sign-in", "/help", "/signin/" + "A".repeat(43))) {
            assertThat(portal.browser().get(path).status()).isEqualTo(200);
        }
        assertThat(redis("DBSIZE")).isEqualTo(before);
    }

    private static String dump() throws IOException {
        Path dump =
                portal.files().stream()
                        .filter(file -> file.getFileName().toString().equals("dump.rdb"))
                        .findFirst()
                        .orElseThrow();
        return new String(Files.readAllBytes(dump), ISO_8859_1);
    }

    /// An inline command and the first line of its reply.
    private static String redis(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), portal.redisPort())) {
            OutputStream out = socket.getOutputStream();
            out.write((command + "\r\n").getBytes(ISO_8859_1));
            out.flush();
            StringBuilder line = new StringBuilder();
            InputStream in = socket.getInputStream();
            for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
                line.append((char) c);
            }
            return line.toString();
        }
    }
}
