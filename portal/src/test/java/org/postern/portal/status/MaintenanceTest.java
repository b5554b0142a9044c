package org.postern.portal.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postern.db.store.BoardEntry;
import org.postern.db.store.BoardEntry.Word;
import org.postern.mail.board.Part;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.TestPortal;

/// What people see of a maintenance, and what everybody may know.
class MaintenanceTest {

    private static final String PATIENT = "patient@example.org";
    private static final TestPortal PORTAL = new TestPortal(Map.of());

    private final UUID subject = UUID.randomUUID();

    private void write(Word word, Optional<Duration> from, Optional<Duration> until, String text) {
        Instant now = PORTAL.clock().instant();
        PORTAL.board()
                .write(
                        new BoardEntry(
                                UUID.randomUUID(),
                                subject,
                                word,
                                now,
                                from.map(now::plus),
                                until.map(now::plus),
                                text));
    }

    private void start(Duration until) {
        write(
                Word.STARTED,
                Optional.of(Duration.ZERO),
                Optional.of(until),
                "We are moving to <b>new</b> disks.");
    }

    private void end() {
        write(Word.ENDED, Optional.empty(), Optional.of(Duration.ZERO), "");
    }

    @AfterEach
    void over() {
        end();
    }

    @Test
    void everyPageSaysSoWithTheTimeToComeBack() {
        PORTAL.deliver(
                "nurse@example.com",
                List.of(PATIENT),
                "From: nurse@example.com\nSubject: A\n\nB\n");
        Browser reader = PORTAL.signedIn(PATIENT);
        start(Duration.ofMinutes(30));

        for (String path :
                List.of("/", "/inbox", "/sign-in", "/help", "/nowhere", "/m/" + subject)) {
            Page page = reader.get(path);
            assertThat(page.status()).as(path).isEqualTo(503);
            assertThat(page.header("Retry-After").map(Integer::parseInt).orElseThrow())
                    .isBetween(1700, 1800);
            assertThat(page.header("Content-Security-Policy")).isPresent();
            assertThat(page.text())
                    .contains(
                            "We are working on the system",
                            "We are moving to &lt;b&gt;new&lt;/b&gt; disks.",
                            "Mail sent to you meanwhile is safe");
        }
        end();
        assertThat(reader.get("/inbox").status()).isEqualTo(200);
    }

    @Test
    void nobodyIsToldToComeBackAtOnceOrInAWeek() {
        start(Duration.ofSeconds(2));
        assertThat(PORTAL.browser().get("/").header("Retry-After")).contains("60");
        end();
        UUID other = UUID.randomUUID();
        Instant now = PORTAL.clock().instant();
        PORTAL.board()
                .write(
                        new BoardEntry(
                                UUID.randomUUID(),
                                other,
                                Word.SCHEDULED,
                                now,
                                Optional.of(now),
                                Optional.of(now.plus(Duration.ofDays(7))),
                                ""));
        assertThat(PORTAL.browser().get("/").header("Retry-After")).contains("3600");
        PORTAL.board()
                .write(
                        new BoardEntry(
                                UUID.randomUUID(),
                                other,
                                Word.ENDED,
                                now,
                                Optional.empty(),
                                Optional.empty(),
                                ""));
    }

    @Test
    void aLinkThatIsAskedForMeanwhileIsMailedAfterwards() {
        PORTAL.deliver(
                "nurse@example.com",
                List.of(PATIENT),
                "From: nurse@example.com\nSubject: A\n\nB\n");
        long requests = PORTAL.requests();
        start(Duration.ofMinutes(30));
        Browser browser = PORTAL.browser();
        Map<String, String> form = browser.get("/").hiddenFields();
        form.put("address", PATIENT);

        Page asked = browser.post("/sign-in", form);

        assertThat(asked.status()).isEqualTo(200);
        assertThat(asked.text()).contains("We will mail you").doesNotContain(PATIENT);
        PORTAL.signInRequests().handOver();
        assertThat(PORTAL.requests()).isEqualTo(requests);
        end();
        PORTAL.signInRequests().handOver();
        PORTAL.signInRequests().handOver();
        assertThat(PORTAL.requests()).isEqualTo(requests + 1);
        Page link = browser.get("/signin/" + PORTAL.newestMail().token());
        assertThat(browser.post("/signin", link.hiddenFields()).status()).isEqualTo(303);
    }

    @Test
    void aRequestThatNobodyCanTakeKeepsNoOtherWaiting() {
        PORTAL.deliver(
                "nurse@example.com",
                List.of(PATIENT),
                "From: nurse@example.com\nSubject: A\n\nB\n");
        long requests = PORTAL.requests();
        PORTAL.putIntoRedisList("postern:asked-later", "{\"header\":\"!\"}");
        start(Duration.ofMinutes(30));
        Browser browser = PORTAL.browser();
        Map<String, String> form = browser.get("/").hiddenFields();
        form.put("address", PATIENT);
        browser.post("/sign-in", form);
        end();

        PORTAL.signInRequests().handOver();

        assertThat(PORTAL.requests()).isEqualTo(requests + 1);
    }

    @Test
    void theStatusPageTellsWhenAPartDidNotWork() {
        Instant began = PORTAL.clock().instant().minus(Duration.ofHours(10));
        saw(Word.AWAY, began);
        saw(Word.WORKS, began.plus(Duration.ofMinutes(6)));

        assertThat(PORTAL.browser().get("/status").text())
                .contains("did not work for 6 min", "Worked 99.00 % of the time that we know of");
    }

    private static void saw(Word word, Instant when) {
        PORTAL.board()
                .note(
                        new BoardEntry(
                                UUID.randomUUID(),
                                Part.READING.subject(),
                                word,
                                when,
                                Optional.empty(),
                                Optional.empty(),
                                ""));
    }

    @Test
    void anAddressThatIsNoneIsSaidAtOnce() {
        start(Duration.ofMinutes(30));
        Browser browser = PORTAL.browser();
        Map<String, String> form = browser.get("/").hiddenFields();
        form.put("address", "patient");

        Page asked = browser.post("/sign-in", form);

        assertThat(asked.status()).isEqualTo(422);
        assertThat(asked.text()).contains("not a whole e-mail address", "value=\"patient\"");
    }

    @Test
    void everyPageTellsOfTheNextOneAhead() {
        write(
                Word.SCHEDULED,
                Optional.of(Duration.ofHours(20)),
                Optional.of(Duration.ofHours(22)),
                "New disks.");

        assertThat(PORTAL.browser().get("/").text()).contains("Maintenance from", "New disks.");
        assertThat(PORTAL.browser().get("/status").text())
                .contains("Everything works", "Maintenance to come", "New disks.");
        end();
        assertThat(PORTAL.browser().get("/").text()).doesNotContain("Maintenance from");
    }

    @Test
    void theStatusPageIsThereForEverybodyAllTheTime() {
        start(Duration.ofMinutes(30));

        Page status = PORTAL.browser().get("/status");
        Page feed = PORTAL.browser().get("/status.atom");

        assertThat(status.status()).isEqualTo(200);
        assertThat(status.text())
                .contains(
                        "Reading and answering messages",
                        "Maintenance now",
                        "In progress",
                        "We are moving to &lt;b&gt;new&lt;/b&gt; disks.");
        assertThat(feed.status()).isEqualTo(200);
        assertThat(feed.header("Content-Type")).contains("application/atom+xml;charset=UTF-8");
        assertThat(feed.text())
                .contains(
                        "<feed xmlns=\"http://www.w3.org/2005/Atom\">",
                        "<title>Maintenance: started</title>",
                        "We are moving to &lt;b&gt;new&lt;/b&gt; disks.");
    }

    @Test
    void anIncidentIsToldUntilItIsOver() {
        write(Word.INVESTIGATING, Optional.empty(), Optional.empty(), "Mail is late.");

        assertThat(PORTAL.browser().get("/status").text())
                .contains("Something does not work as it should", "Investigating", "Mail is late.");
        assertThat(PORTAL.browser().get("/").status()).isEqualTo(200);
        write(Word.RESOLVED, Optional.empty(), Optional.empty(), "It is on time again.");
        assertThat(PORTAL.browser().get("/status").text())
                .contains("Everything works", "The last 90 days", "It is on time again.");
    }
}
