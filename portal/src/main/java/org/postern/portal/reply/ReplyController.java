package org.postern.portal.reply;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.MessageId;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;
import org.postern.mail.door.NotReadyException;
import org.postern.portal.frame.PageController;
import org.postern.portal.frame.Problem;
import org.postern.portal.frame.ProblemException;
import org.postern.portal.frame.Redirects;
import org.postern.portal.reading.MessagePages;
import org.postern.portal.reading.ReplyBox;
import org.postern.portal.session.SignedIn;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/// Takes an answer. Sending twice gives one message; what is refused keeps its text.
@PageController
public final class ReplyController {

    private final ReplyForm form;
    private final MessagePages pages;

    ReplyController(ReplyForm form, MessagePages pages) {
        this.form = form;
        this.pages = pages;
    }

    @PostMapping("/m/{message:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}}/reply")
    Object reply(
            @AuthenticationPrincipal SignedIn reader,
            @PathVariable UUID message,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException,
                    NotReadyException {
        StreamedForm parts =
                StreamedForm.of(request)
                        .orElseThrow(() -> new ProblemException(Problem.BAD_REQUEST));
        MessageId id = new MessageId(message);
        ReplyForm.Result result = form.take(reader.reader(), id, parts);
        Optional<ReplyForm.Refusal> refusal = result.refusal();
        if (refusal.isEmpty()) {
            return Redirects.afterForm("/m/" + id + "?sent#sent");
        }
        response.setStatus(refusal.get().status());
        model.addAttribute("justSent", false);
        model.addAttribute("justLocked", false);
        return pages.show(
                reader,
                id,
                false,
                new ReplyBox(result.key(), result.text(), refusal.get().key()),
                model);
    }
}
