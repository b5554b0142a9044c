package org.postern.portal.reading;

import java.util.UUID;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.keys.NotSignedInException;
import org.postern.mail.reading.Timelines;
import org.postern.portal.frame.PageController;
import org.postern.portal.frame.Redirects;
import org.postern.portal.session.SignedIn;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// Has a recipient of the reader's own message told once more.
@PageController
public final class TellAgainController {

    private final Timelines timelines;

    TellAgainController(Timelines timelines) {
        this.timelines = timelines;
    }

    @PostMapping(MessageController.MESSAGE + "/tell")
    Object tell(
            @AuthenticationPrincipal SignedIn reader,
            @PathVariable UUID message,
            @RequestParam UUID copy,
            @RequestParam UUID recipient)
            throws NotSignedInException {
        boolean asked =
                timelines.tellAgain(reader.reader(), new MessageId(copy), new MailboxId(recipient));
        return Redirects.afterForm("/m/" + message + (asked ? "?told=soon" : "?told=not"));
    }
}
