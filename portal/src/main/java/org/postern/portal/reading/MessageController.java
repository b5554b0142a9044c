package org.postern.portal.reading;

import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.MessageId;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;
import org.postern.portal.frame.PageController;
import org.postern.portal.session.SignedIn;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/// The page of a message. Its address in a notice is a locator without power: whoever follows it
/// signs in first.
@PageController
public final class MessageController {

    static final String MESSAGE = "/m/{message:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}}";

    private final MessagePages pages;
    private final UuidV7 ids;

    MessageController(MessagePages pages, UuidV7 ids) {
        this.pages = pages;
        this.ids = ids;
    }

    @GetMapping(MESSAGE)
    String message(
            @AuthenticationPrincipal SignedIn reader,
            @PathVariable UUID message,
            @RequestParam(defaultValue = "") String view,
            @RequestParam(required = false) @Nullable String sent,
            @RequestParam(required = false) @Nullable String locked,
            @RequestParam(defaultValue = "") String told,
            Model model)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException {
        model.addAttribute("justSent", sent != null);
        model.addAttribute("justLocked", locked != null);
        model.addAttribute("justTold", told);
        return pages.show(
                reader,
                new MessageId(message),
                view.equals("text"),
                new ReplyBox(ids.next(), "", ""),
                model);
    }
}
