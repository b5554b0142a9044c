package org.postern.server;

import java.io.IOException;
import java.net.URI;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.postern.notifications.outgoing.Outbox;
import org.postern.notifications.outgoing.OutboxEntry;
import org.postern.notifications.outgoing.OutboxLetter;
import org.postern.server.cli.UpOptions;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.web.util.HtmlUtils;

/// The demo's outbox as pages: what would have been sent, and its links to follow.
@Endpoint(id = "outbox")
final class OutboxEndpoint {

    private static final int MOST_SHOWN = 100;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d MMM HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private final Outbox outbox;
    private final UpOptions options;

    OutboxEndpoint(Outbox outbox, UpOptions options) {
        this.outbox = outbox;
        this.options = options;
    }

    /// The newest mails, newest first.
    @ReadOperation(produces = "text/html;charset=utf-8")
    WebEndpointResponse<String> list() throws IOException {
        if (!options.outbox()) {
            return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
        }
        StringBuilder rows = new StringBuilder();
        for (OutboxEntry entry : outbox.list(MOST_SHOWN)) {
            rows.append(
                    "<li><a href=\"/outbox/%s\"><strong>%s</strong><span>to %s</span><time>%s UTC</time></a></li>"
                            .formatted(
                                    escaped(entry.name()),
                                    escaped(entry.subject()),
                                    escaped(entry.to()),
                                    TIME.format(entry.at())));
        }
        String body =
                rows.isEmpty()
                        ? "<p class=\"empty\">Nothing was sent yet. Try <code>./postern"
                                + " send-sample</code>.</p>"
                        : "<ol>" + rows + "</ol>";
        return new WebEndpointResponse<>(
                page(
                        "Outbox",
                        "<h1>Outbox</h1><p>Mail that this demo would have sent. Newest first.</p>"
                                + body));
    }

    /// One mail as its reader would see it.
    @ReadOperation(produces = "text/html;charset=utf-8")
    WebEndpointResponse<String> letter(@Selector String name) throws IOException {
        Optional<OutboxLetter> found = options.outbox() ? outbox.read(name) : Optional.empty();
        if (found.isEmpty()) {
            return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
        }
        OutboxLetter letter = found.get();
        StringBuilder links = new StringBuilder();
        for (URI link : letter.links()) {
            links.append(
                    "<li><a class=\"link\" rel=\"noreferrer\" href=\"%s\">%s</a></li>"
                            .formatted(escaped(link.toString()), escaped(link.toString())));
        }
        return new WebEndpointResponse<>(
                page(
                        letter.entry().subject(),
                        "<p><a href=\"/outbox\">← Outbox</a></p><h1>%s</h1><p>From %s<br>To %s</p><pre>%s</pre><h2>Links in this mail</h2><ul>%s</ul>"
                                .formatted(
                                        escaped(letter.entry().subject()),
                                        escaped(letter.from()),
                                        escaped(letter.entry().to()),
                                        escaped(letter.text()),
                                        links)));
    }

    private static String escaped(String text) {
        return HtmlUtils.htmlEscape(text);
    }

    private static String page(String title, String body) {
        return """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>%s · Postern demo</title>
        <meta name="viewport" content="width=device-width, initial-scale=1"><style>
        :root{color-scheme:light dark;--paper:#FBFAF7;--surface:#FFF;--ink:#1B1F24;--muted:#56606B;--line:#E3E0D8;--primary:#0B5C5C}
        @media(prefers-color-scheme:dark){:root{--paper:#12161A;--surface:#1A2026;--ink:#E8EAED;--muted:#A3ADB8;--line:#2B333B;--primary:#5CC4BE}}
        body{margin:0 auto;max-width:720px;padding:24px 16px;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,sans-serif}
        h1{font-size:26px;line-height:1.3}h2{font-size:20px}a{color:var(--primary)}ol,ul{list-style:none;padding:0}
        ol a{display:grid;gap:4px;padding:16px;margin:0 0 8px;background:var(--surface);border:1px solid var(--line);border-radius:10px;text-decoration:none;color:var(--ink)}
        ol span,time{color:var(--muted);font-size:14px}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:16px;font:16px/1.6 system-ui,sans-serif}
        .link{display:inline-block;min-height:44px;overflow-wrap:anywhere}.empty{color:var(--muted)}
        :focus-visible{outline:3px solid var(--primary);outline-offset:2px}</style></head><body>%s</body></html>
        """
                .formatted(escaped(title), body);
    }
}
