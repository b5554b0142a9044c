package org.postern.portal.reading;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.UUID;
import org.postern.db.LockKind;
import org.postern.db.MessageId;
import org.postern.db.PhoneNumber;
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

/// The phone of a message: its recipients have a PIN sent there, its author names another one.
/// Where the PIN is typed is [LockController].
@PageController
public final class PhoneController {

    private static final String PIN = MessageController.MESSAGE + "/pin";
    private static final String PHONE = MessageController.MESSAGE + "/phone";

    private final MessageLocks locks;
    private final LockedRows rows;

    PhoneController(MessageLocks locks, LockedRows rows) {
        this.locks = locks;
        this.rows = rows;
    }

    /// What became of it, the page says to which this leads back.
    @PostMapping(PIN)
    Object send(@AuthenticationPrincipal SignedIn reader, @PathVariable UUID message)
            throws NotSignedInException {
        MessageId id = new MessageId(message);
        rows.find(reader, id);
        locks.askPin(reader.reader(), id);
        return Redirects.afterForm("/m/" + id + "/unlock");
    }

    @GetMapping(PHONE)
    String change(@AuthenticationPrincipal SignedIn reader, @PathVariable UUID message, Model model)
            throws NotSignedInException {
        return page(rows.own(reader, new MessageId(message), LockKind.PHONE), "", false, model);
    }

    @PostMapping(PHONE)
    Object change(
            @AuthenticationPrincipal SignedIn reader,
            @PathVariable UUID message,
            @RequestParam(defaultValue = "") String phone,
            Model model,
            HttpServletResponse response)
            throws NotSignedInException {
        MessageRow row = rows.own(reader, new MessageId(message), LockKind.PHONE);
        Optional<PhoneNumber> number = PhoneNumber.parse(phone);
        if (number.isEmpty()) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return page(row, phone, true, model);
        }
        if (!locks.change(reader.reader(), row.copies(), number.get())) {
            throw new ProblemException(Problem.NO_MESSAGE);
        }
        return Redirects.afterForm("/m/" + message + "?locked");
    }

    private static String page(MessageRow row, String typed, boolean bad, Model model) {
        model.addAttribute("section", "sent");
        model.addAttribute("row", row);
        model.addAttribute("typed", typed);
        model.addAttribute("bad", bad);
        return "portal/phone";
    }
}
