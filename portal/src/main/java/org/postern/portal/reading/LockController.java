package org.postern.portal.reading;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.PasswordHash;
import org.postern.db.MessageId;
import org.postern.keys.KeyService.Lock;
import org.postern.keys.NotSignedInException;
import org.postern.mail.reading.Folders;
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

/// The password of a message: its recipients type it, its author gives it another one.
@PageController
public final class LockController {

    private static final String UNLOCK = MessageController.MESSAGE + "/unlock";
    private static final String PASSWORD = MessageController.MESSAGE + "/password";

    private final MessageLocks locks;
    private final Folders folders;

    LockController(MessageLocks locks, Folders folders) {
        this.locks = locks;
        this.folders = folders;
    }

    @GetMapping(UNLOCK)
    Object ask(@AuthenticationPrincipal SignedIn reader, @PathVariable UUID message, Model model)
            throws NotSignedInException {
        MessageId id = new MessageId(message);
        MessageRow row = row(reader, id);
        Optional<Lock> lock = locks.find(reader.reader(), id);
        return lock.isPresent() ? page(row, lock.get(), false, model) : opened(id);
    }

    @PostMapping(UNLOCK)
    Object unlock(
            @AuthenticationPrincipal SignedIn reader,
            @PathVariable UUID message,
            @RequestParam(defaultValue = "") String password,
            Model model,
            HttpServletResponse response)
            throws NotSignedInException {
        MessageId id = new MessageId(message);
        MessageRow row = row(reader, id);
        boolean typed = isTyped(password);
        Optional<Lock> lock =
                typed
                        ? locks.unlock(reader.reader(), id, password)
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
        return changePage(ownLocked(reader, new MessageId(message)), "", false, model);
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
        MessageRow row = ownLocked(reader, new MessageId(message));
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

    /// Nothing that could be a password costs no try.
    private static boolean isTyped(String password) {
        return !password.isBlank() && password.length() <= 2 * PasswordHash.MOST_CHARACTERS;
    }

    private static Object opened(MessageId id) {
        return Redirects.afterForm("/m/" + id);
    }

    private static String page(MessageRow row, Lock lock, boolean wrong, Model model) {
        model.addAttribute("section", "inbox");
        model.addAttribute("row", row);
        model.addAttribute("hint", lock.hint().orElse(""));
        model.addAttribute("triesLeft", lock.triesLeft());
        model.addAttribute("wrong", wrong);
        return "portal/locked";
    }

    private static String changePage(MessageRow row, String hint, boolean bad, Model model) {
        model.addAttribute("section", "sent");
        model.addAttribute("row", row);
        model.addAttribute("hint", hint);
        model.addAttribute("bad", bad);
        model.addAttribute("mostHint", PasswordHash.MOST_HINT_CHARACTERS);
        return "portal/password";
    }

    private MessageRow ownLocked(SignedIn reader, MessageId id) throws NotSignedInException {
        return Optional.of(row(reader, id))
                .filter(row -> row.sent() && row.locked())
                .orElseThrow(() -> new ProblemException(Problem.NO_MESSAGE));
    }

    private MessageRow row(SignedIn reader, MessageId id) throws NotSignedInException {
        return folders.row(reader.reader(), id)
                .orElseThrow(() -> new ProblemException(Problem.NO_MESSAGE));
    }
}
