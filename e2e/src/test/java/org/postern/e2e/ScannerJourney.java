package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.RequestOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What looks at links in mail before people do: it fetches them, runs their scripts and presses
/// whatever can be pressed.
@ExtendWith(SharedPostern.Resolver.class)
class ScannerJourney {

    private static final String NURSE = "nurse@example.com";
    private static final String CONTROLS =
            "a[href]:not(.skip):visible, button:visible:enabled, summary:visible";
    private static final int DEPTH = 3;

    @Test
    void aScannerThatPressesEverythingNeverHasASessionAndNeverSpoilsTheLink(SharedPostern shared)
            throws Exception {
        String patient = "scanned.patient@example.org";
        try (SmtpSession smtp = SmtpSession.open(shared.process())) {
            assertThat(
                            smtp.send(
                                    NURSE,
                                    List.of(patient),
                                    Mail.plain(NURSE, patient, "[For your eyes]", "Hello")))
                    .startsWith("250");
        }
        try (BrowserContext own = shared.browser().somebody(true);
                BrowserContext other = shared.browser().somebody(true)) {
            Reader reader = new Reader(shared.process(), patient, own);
            reader.followNotice();
            URI link = reader.askForLink();

            Scanner scanner = new Scanner(other, shared.process().portal(), link);
            scanner.fetch();
            scanner.press(List.of());

            assertThat(scanner.seen)
                    .as("what it came to")
                    .contains("Open your messages at Example Clinic?", "Read your secure message")
                    // the latter once a button of ours has given it a binding of its own
                    .containsAnyOf("You started somewhere else", "This link no longer works");
            scanner.assertOutside();
            reader.page().navigate(link.toString());
            reader.page().getByText("Yes, sign me in").click();
            reader.page().waitForURL(url -> url.contains("/m/"));
            assertThat(reader.page().content()).contains("For your eyes");
        }
    }

    /// A browser that never asked for the link.
    private static final class Scanner {

        private final BrowserContext context;
        private final String portal;
        private final URI link;
        private final Page page;
        private final Set<String> seen = new HashSet<>();

        Scanner(BrowserContext context, String portal, URI link) {
            this.context = context;
            this.portal = portal;
            this.link = link;
            this.page = context.newPage();
        }

        void fetch() {
            for (String method : List.of("GET", "HEAD", "OPTIONS", "GET")) {
                APIResponse answer =
                        context.request()
                                .fetch(link.toString(), RequestOptions.create().setMethod(method));
                answer.dispose();
            }
        }

        /// Presses what is on the page that these presses lead to, and goes on from there.
        void press(List<Integer> presses) {
            follow(presses);
            if (!page.url().startsWith(portal)) {
                return;
            }
            assertOutside();
            boolean isNew = seen.add(page.locator("h1").first().innerText());
            if (!isNew || presses.size() == DEPTH) {
                return;
            }
            int controls = page.locator(CONTROLS).count();
            for (int i = 0; i < controls; i++) {
                List<Integer> next = new ArrayList<>(presses);
                next.add(i);
                press(next);
            }
        }

        private void follow(List<Integer> presses) {
            page.navigate(link.toString());
            for (int control : presses) {
                Locator controls = page.locator(CONTROLS);
                if (control < controls.count()) {
                    controls.nth(control).click();
                    page.waitForLoadState();
                }
            }
        }

        void assertOutside() {
            APIResponse inbox =
                    context.request()
                            .get(portal + "/inbox", RequestOptions.create().setMaxRedirects(0));
            assertThat(inbox.status()).as(page.url()).isEqualTo(302);
            assertThat(context.cookies())
                    .extracting(cookie -> cookie.name)
                    .doesNotContain("postern-sid", "__Host-sid");
            inbox.dispose();
        }
    }
}
