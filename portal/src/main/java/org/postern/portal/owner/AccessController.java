package org.postern.portal.owner;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postern.keys.NotSignedInException;
import org.postern.keys.SignInSettings;
import org.postern.portal.frame.PageController;
import org.postern.portal.frame.Redirects;
import org.postern.portal.session.SignedIn;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// How and where somebody signs in. A session that is ended here opens nothing from then on, since
/// its reading key is deleted; what Redis holds of it is sealed under its browser's cookie and of
/// no use.
@PageController
public final class AccessController {

    private final SignInSettings settings;
    private final AccessPage page;

    AccessController(SignInSettings settings, AccessPage page) {
        this.settings = settings;
        this.page = page;
    }

    @GetMapping(AccessPage.PATH)
    String show(
            @AuthenticationPrincipal SignedIn reader,
            @RequestParam(required = false) @Nullable String done,
            @RequestParam(required = false) @Nullable Integer others,
            Model model)
            throws NotSignedInException {
        return page.show(reader, AccessPage.Done.find(done), others, model);
    }

    @PostMapping(AccessPage.PATH + "/sessions/end")
    Object end(@AuthenticationPrincipal SignedIn reader, @RequestParam UUID id)
            throws NotSignedInException {
        settings.endSession(reader.tenant(), reader.key(), id);
        return AccessPage.after(AccessPage.Done.SESSION);
    }

    @PostMapping(AccessPage.PATH + "/sessions/end-others")
    Object endOthers(@AuthenticationPrincipal SignedIn reader) throws NotSignedInException {
        int ended = settings.endOtherSessions(reader.tenant(), reader.key());
        return Redirects.afterForm(AccessPage.PATH + "?others=" + ended);
    }

    @PostMapping(AccessPage.PATH + "/devices/forget")
    Object forget(@AuthenticationPrincipal SignedIn reader, @RequestParam UUID id)
            throws NotSignedInException {
        settings.forgetDevice(reader.tenant(), reader.key(), id);
        return AccessPage.after(AccessPage.Done.DEVICE);
    }
}
