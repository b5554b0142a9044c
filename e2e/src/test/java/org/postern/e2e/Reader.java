package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.postern.notifications.outgoing.Outbox;
import org.postern.notifications.outgoing.OutboxEntry;
import org.postern.notifications.outgoing.OutboxLetter;

/// Somebody with a mail address and a browser, who gets mail through the demo's outbox.
final class Reader {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String portal;
    private final Path outbox;
    private final String address;
    private final Page page;
    private int read;

    Reader(PosternProcess postern, String address, BrowserContext browser) {
        this(postern, postern, address, browser);
    }

    /// For a portal in another process than the worker that sends mail.
    Reader(PosternProcess portal, PosternProcess worker, String address, BrowserContext browser) {
        this.portal = portal.portal();
        this.outbox = worker.data();
        this.address = address;
        this.page = browser.newPage();
    }

    Page page() {
        return page;
    }

    /// What this browser is given at a path, cookies and all.
    byte[] get(String path) {
        APIResponse answer = page.request().get(portal + path);
        try {
            assertThat(answer.status()).as(path).isEqualTo(200);
            return answer.body();
        } finally {
            answer.dispose();
        }
    }

    /// The inbox, page after page, the newest first.
    List<String> inbox() {
        List<String> pages = new ArrayList<>();
        Optional<String> next = Optional.of("/inbox");
        while (next.isPresent()) {
            String page = new String(get(next.get()), UTF_8);
            pages.add(page);
            next = links(page, "/inbox\\?before=[^\"]+").stream().findFirst();
        }
        return pages;
    }

    /// The paths of a page's links that have this form.
    static List<String> links(String page, String form) {
        return Pattern.compile("href=\"(" + form + ")\"")
                .matcher(page)
                .results()
                .map(link -> link.group(1).replace("&amp;", "&"))
                .toList();
    }

    /// The next mail to this address, waiting for it.
    OutboxLetter nextMail() throws IOException {
        List<OutboxLetter> mails =
                await().atMost(PATIENCE).until(this::mails, list -> list.size() > read);
        return mails.get(read++);
    }

    List<OutboxLetter> mails() throws IOException {
        return mails(outbox, entry -> entry.to().contains(address));
    }

    /// The outbox's mails, oldest first.
    static List<OutboxLetter> mails(Path data, Predicate<OutboxEntry> wanted) throws IOException {
        Outbox outbox = new Outbox(data.resolve("outbox"));
        return outbox.list(10_000).reversed().stream()
                .filter(wanted)
                .map(entry -> {
                    try {
                        return outbox.read(entry.name()).orElseThrow();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    /// Follows the link in the next notice.
    void followNotice() throws IOException {
        OutboxLetter notice = nextMail();
        assertThat(notice.links()).isNotEmpty();
        page.navigate(notice.links().getFirst().toString());
    }

    /// Follows the link in the newest notice, whatever came before.
    void followLatestNotice() throws IOException {
        List<OutboxLetter> mails =
                await().atMost(PATIENCE).until(this::mails, list -> list.size() > read);
        read = mails.size();
        page.navigate(mails.getLast().links().getFirst().toString());
    }

    /// Asks for a sign-in link, follows it in this browser and presses its button.
    void signIn() throws IOException {
        page.navigate(askForLink().toString());
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Yes, sign me in"))
                .click();
    }

    /// Asks for a sign-in link and waits for the mail that has it.
    URI askForLink() throws IOException {
        page.getByLabel("The e-mail address it was sent to").fill(address);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send me a link"))
                .click();
        OutboxLetter mail = nextMail();
        while (mail.links().stream().noneMatch(Reader::signsIn)) {
            mail = nextMail(); // a notice, told once more after a crash
        }
        return signInLink(mail);
    }

    static URI signInLink(OutboxLetter mail) {
        return mail.links().stream().filter(Reader::signsIn).findFirst().orElseThrow();
    }

    private static boolean signsIn(URI link) {
        return link.getPath().startsWith("/signin/");
    }
}
