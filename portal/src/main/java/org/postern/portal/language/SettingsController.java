package org.postern.portal.language;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.db.Language;
import org.postern.db.store.MailboxStore;
import org.postern.portal.frame.PageController;
import org.postern.portal.frame.Problem;
import org.postern.portal.frame.ProblemException;
import org.postern.portal.frame.Redirects;
import org.postern.portal.session.SignedIn;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// What a reader may choose: the language of our mail to him.
@PageController
public final class SettingsController {

    private static final String PATH = "/settings";

    private final MailboxStore mailboxes;

    SettingsController(MailboxStore mailboxes) {
        this.mailboxes = mailboxes;
    }

    @GetMapping(PATH)
    String settings(
            @AuthenticationPrincipal SignedIn reader,
            @RequestParam(required = false) @Nullable String saved,
            Model model) {
        model.addAttribute("section", "settings");
        model.addAttribute("languages", List.of(Language.values()));
        model.addAttribute(
                "chosen",
                mailboxes
                        .language(reader.tenant(), reader.mailbox())
                        .map(Language::tag)
                        .orElse(""));
        model.addAttribute("saved", saved != null);
        return "portal/settings";
    }

    @PostMapping(PATH)
    Object choose(
            @AuthenticationPrincipal SignedIn reader,
            @RequestParam(defaultValue = "") String language) {
        Optional<Language> chosen = Language.of(language);
        mailboxes.updateLanguage(
                reader.tenant(),
                reader.mailbox(),
                chosen.orElseThrow(() -> new ProblemException(Problem.BAD_REQUEST)));
        return Redirects.afterForm(PATH + "?saved");
    }
}
