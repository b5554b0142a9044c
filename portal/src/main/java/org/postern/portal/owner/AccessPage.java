package org.postern.portal.owner;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.keys.NotSignedInException;
import org.postern.keys.SignInSettings;
import org.postern.keys.SignInSettings.Overview;
import org.postern.portal.frame.Redirects;
import org.postern.portal.session.SignedIn;
import org.springframework.http.ResponseEntity;
import org.springframework.ui.Model;

/// The page of all settings.
final class AccessPage {

    static final String PATH = "/access";

    private final SignInSettings settings;
    private final LiveSessions live;

    AccessPage(SignInSettings settings, LiveSessions live) {
        this.settings = settings;
        this.live = live;
    }

    /// What was just done, as the page says it; the words are under `access.done.KEY`.
    enum Done {
        SESSION,
        DEVICE,
        PASSKEY,
        PASSKEY_REMOVED,
        SECOND_STEP_OFF,
        /// Not done: it was too long ago that he signed in.
        AGAIN,
        /// Not done: the browser's answer was none, or came too late.
        NO_PASSKEY;

        static Optional<Done> find(@Nullable String word) {
            return Arrays.stream(values()).filter(done -> done.word().equals(word)).findFirst();
        }

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        public String key() {
            return "access.done." + word();
        }

        public boolean good() {
            return this != AGAIN && this != NO_PASSKEY;
        }
    }

    String show(SignedIn reader, Optional<Done> done, @Nullable Integer othersEnded, Model model)
            throws NotSignedInException {
        Overview overview = settings.overview(reader.tenant(), reader.key());
        model.addAttribute("overview", overview);
        model.addAttribute("sessions", live.of(overview.sessions()));
        model.addAttribute("done", done.orElse(null));
        model.addAttribute("others", othersEnded);
        return "portal/access";
    }

    static ResponseEntity<Void> after(Done done) {
        return Redirects.afterForm(PATH + "?done=" + done.word());
    }
}
