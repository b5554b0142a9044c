package org.postern.portal.notice;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.Tokens;
import org.postern.db.TenantId;
import org.postern.db.store.NoticeStore;
import org.postern.db.store.TimelineKind;
import org.postern.db.store.TimelineStore;
import org.postern.portal.frame.PageController;
import org.postern.portal.frame.Problem;
import org.postern.portal.frame.ProblemException;
import org.postern.portal.frame.Redirects;
import org.postern.portal.host.CurrentTenant;
import org.postern.portal.session.SignedIn;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// From a notice to its message: by the link, or by seven characters where mail has no links. A
/// number is a locator without power, as the link is: whoever types it signs in first, and to whom
/// has not, known and unknown numbers are alike.
@PageController
public final class NumberController {

    /// Where the characters are typed.
    public static final String PATH = "/read";

    /// The link in a notice.
    public static final String LINK = "/m/*/n/*";

    private static final String NOTICE =
            "/m/{message:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}}/n/{number:[0-9A-Z]{7}}";

    private final NoticeStore notices;
    private final TimelineStore timelines;
    private final Clock clock;

    NumberController(NoticeStore notices, TimelineStore timelines, Clock clock) {
        this.notices = notices;
        this.timelines = timelines;
        this.clock = clock;
    }

    /// Leads to the message whoever follows it. The author is told that it was followed, once by a
    /// browser and once by what is none, or does not say that a person pressed something.
    @GetMapping(NOTICE)
    Object follow(
            @PathVariable UUID message, @PathVariable String number, HttpServletRequest request) {
        TenantId tenant = CurrentTenant.of(request).id();
        notices.find(tenant, number)
                .filter(notice -> notice.message().value().equals(message))
                .ifPresent(notice ->
                        timelines.insert(
                                tenant,
                                notice.message(),
                                notice.mailbox(),
                                isPressed(request)
                                        ? TimelineKind.LINK_OPENED
                                        : TimelineKind.LINK_CHECKED,
                                clock.instant(),
                                Optional.empty()));
        return Redirects.afterForm("/m/" + message);
    }

    @GetMapping(PATH)
    String ask(Model model) {
        return page(model, "");
    }

    @PostMapping(PATH)
    Object read(
            @AuthenticationPrincipal @Nullable SignedIn reader,
            @RequestParam(defaultValue = "") String number,
            Model model,
            HttpServletResponse response) {
        String typed = number.length() > 32 ? "" : Tokens.normalizedCode(number);
        if (!Tokens.isNumber(typed)) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return page(model, number.length() > 32 ? "" : number);
        }
        if (reader == null) {
            return Redirects.afterForm("/sign-in?m=" + typed);
        }
        return notices.find(reader.tenant(), typed)
                .filter(notice -> notice.mailbox().equals(reader.mailbox()))
                .map(notice -> Redirects.afterForm("/m/" + notice.message()))
                .orElseThrow(() -> new ProblemException(Problem.NO_MESSAGE));
    }

    /// Browsers say so (Fetch Metadata, section 2.4); programs that check links need not lie, and
    /// those that drive a browser do not press.
    private static boolean isPressed(HttpServletRequest request) {
        return "?1".equals(request.getHeader("Sec-Fetch-User"))
                && request.getHeader("Sec-Purpose") == null;
    }

    private static String page(Model model, String wrong) {
        model.addAttribute("number", wrong);
        model.addAttribute("wrong", !wrong.isEmpty());
        return "portal/read";
    }
}
