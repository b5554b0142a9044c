package org.postern.portal.notice;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.postern.crypto.Tokens;
import org.postern.db.TenantId;
import org.postern.db.store.NoticeStore;
import org.postern.portal.frame.PageController;
import org.postern.portal.host.CurrentTenant;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// Says, to anybody, whether a notice came from here: its number is known, and since when. Nothing
/// of whom it was for, from whom, or of what.
@PageController
public final class GenuineController {

    /// Where to ask.
    public static final String PATH = "/genuine";

    private static final int LONGEST = 32;

    private final NoticeStore notices;
    private final QuestionLimit limit;

    GenuineController(NoticeStore notices, QuestionLimit limit) {
        this.notices = notices;
        this.limit = limit;
    }

    @GetMapping(PATH)
    String ask(Model model) {
        return page(model, "", "");
    }

    @PostMapping(PATH)
    String answer(
            @RequestParam(defaultValue = "") String number,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        TenantId tenant = CurrentTenant.of(request).id();
        if (!limit.allows(tenant)) {
            response.setStatus(HttpStatus.TOO_MANY_REQUESTS.value());
            return page(model, "", "busy");
        }
        String typed = number.length() > LONGEST ? "" : number;
        String normalized = Tokens.normalizedCode(typed);
        Optional<NoticeStore.Named> notice =
                Tokens.isNumber(normalized) ? notices.find(tenant, normalized) : Optional.empty();
        notice.ifPresent(known -> model.addAttribute("madeAt", known.madeAt()));
        return page(model, typed, notice.isPresent() ? "known" : "unknown");
    }

    private static String page(Model model, String number, String answer) {
        model.addAttribute("number", number);
        model.addAttribute("answer", answer);
        return "portal/genuine";
    }
}
