package org.postern.portal.reading;

import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.postern.crypto.PasswordHash;
import org.postern.db.LockKind;
import org.postern.db.MessageId;
import org.postern.keys.KeyService.Lock;
import org.postern.keys.KeyService.Phone;
import org.postern.keys.NotSignedInException;
import org.postern.mail.reading.MessageLocks;
import org.postern.mail.reading.MessageRow;
import org.postern.portal.frame.PageController;
import org.postern.portal.frame.Problem;
import org.postern.portal.frame.ProblemException;
import org.postern.portal.frame.Redirects;
import org.postern.portal.session.SignedIn;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// The password of a message, or the PIN that was sent to a phone: recipients type it. The author
/// gives a message another password; another phone, in [PhoneController].
@PageController
public final class LockController {

    private static final String UNLOCK = MessageController.MESSAGE + "/unlock";
    private static final String PASSWORD = MessageController.MESSAGE + "/password";

    private static final Pattern BETWEEN_DIGITS = Pattern.compile("[\\s\\p{Cf}-]");
    private static final Pattern SIX_DIGITS = Pattern.compile("[0-9]{6}");

    private final MessageLocks locks;
    private final LockedRows rows;
    private final Clock clock;

    LockController(MessageLocks locks, LockedRows rows, Clock clock) {
        this.locks = locks;
        this.rows = rows;
        this.clock = clock;
    }

    @GetMapping(UNLOCK)
    Object ask(@AuthenticationPrincipal SignedIn reader, @PathVariable UUID message, Model model)
            throws NotSignedInException {
        MessageId id = new MessageId(message);
        MessageRow row = rows.find(reader, id);
        Optional<Lock> lock = locks.find(reader.reader(), id);
        return lock.isPresent() ? page(row, lock.get(), false, model) : opened(id);
    }

    @PostMapping(UNLOCK)
    Object unlock(
            @AuthenticationPrincipal SignedIn reader,
            @PathVariable UUID message,
            @RequestParam(defaultValue = "") String password,
            @RequestParam(defaultValue = "") String pin,
            Model model,
            HttpServletResponse response)
            throws NotSignedInException {
        MessageId id = new MessageId(message);
        MessageRow row = rows.find(reader, id);
        Optional<String> typed = typed(password, pin);
        Optional<Lock> lock =
                typed.isPresent()
                        ? locks.unlock(reader.reader(), id, typed.get())
                        : locks.find(reader.reader(), id);
        if (lock.isEmpty()) {
            return opened(id);
        }
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return page(row, lock.get(), true, model);
    }

    @GetMapping(PASSWORD)
    String change(@AuthenticationPrincipal SignedIn reader, @PathVariable UUID message, Model model)
            throws NotSignedInException {
        return changePage(
                rows.own(reader, new MessageId(message), LockKind.PASSWORD), "", false, model);
    }

    @PostMapping(PASSWORD)
    Object change(
            @AuthenticationPrincipal SignedIn reader,
            @PathVariable UUID message,
            @RequestParam(defaultValue = "") String password,
            @RequestParam(defaultValue = "") String hint,
            Model model,
            HttpServletResponse response)
            throws NotSignedInException {
        MessageRow row = rows.own(reader, new MessageId(message), LockKind.PASSWORD);
        Optional<String> given = Optional.of(hint).filter(text -> !text.isBlank());
        if (!PasswordHash.isUsable(password, given)) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return changePage(row, hint, true, model);
        }
        if (!locks.change(reader.reader(), row.copies(), password, given)) {
            throw new ProblemException(Problem.NO_MESSAGE);
        }
        return Redirects.afterForm("/m/" + message + "?locked");
    }

    /// What could be neither a password nor a PIN costs no try.
    private static Optional<String> typed(String password, String pin) {
        if (!pin.isEmpty()) {
            return Optional.of(BETWEEN_DIGITS.matcher(pin).replaceAll(""))
                    .filter(digits -> SIX_DIGITS.matcher(digits).matches());
        }
        return Optional.of(password)
                .filter(text ->
                        !text.isBlank() && text.length() <= 2 * PasswordHash.MOST_CHARACTERS);
    }

    private static Object opened(MessageId id) {
        return Redirects.afterForm("/m/" + id);
    }

    private String page(MessageRow row, Lock lock, boolean wrong, Model model) {
        model.addAttribute("section", "inbox");
        model.addAttribute("row", row);
        model.addAttribute("triesLeft", lock.triesLeft());
        model.addAttribute("wrong", wrong);
        if (lock.phone().isPresent()) {
            return pinPage(lock, lock.phone().get(), model);
        }
        model.addAttribute("hint", lock.hint().orElse(""));
        return "portal/locked";
    }

    private String pinPage(Lock lock, Phone phone, Model model) {
        model.addAttribute("ending", phone.ending());
        model.addAttribute("shut", lock.shutForGood());
        model.addAttribute("awaited", phone.awaited());
        model.addAttribute("more", phone.pinsLeft() > 0);
        model.addAttribute("minutes", phone.pinsFrom().map(this::minutesUntil).orElse(0L));
        return "portal/pin";
    }

    /// Rounded up: whoever comes then comes not too early.
    private long minutesUntil(Instant time) {
        return Math.max(1, Duration.between(clock.instant(), time).plusSeconds(59).toMinutes());
    }

    private static String changePage(MessageRow row, String hint, boolean bad, Model model) {
        model.addAttribute("section", "sent");
        model.addAttribute("row", row);
        model.addAttribute("hint", hint);
        model.addAttribute("bad", bad);
        model.addAttribute("mostHint", PasswordHash.MOST_HINT_CHARACTERS);
        return "portal/password";
    }
}
