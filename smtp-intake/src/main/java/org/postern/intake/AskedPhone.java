package org.postern.intake;

import java.util.List;
import java.util.Optional;
import org.postern.db.PhoneNumber;
import org.postern.mail.mime.HeaderField;
import org.postern.mail.mime.HeaderSection;

/// The phone to which a PIN goes before a message opens: `X-Postern-Phone: +49 171 1234567`, one
/// for all recipients. Like all that is said to us the field goes no further.
///
/// There is no word for it in the subject, which every server on the way writes into its log.
final class AskedPhone {

    static final String PHONE = "X-Postern-Phone";

    private AskedPhone() {}

    /// What is asked for, if anything.
    ///
    /// @param textMessages whether we can send to a phone
    /// @throws AskedTerms.RefusedException if it cannot be done
    static Optional<PhoneNumber> of(HeaderSection header, boolean textMessages)
            throws AskedTerms.RefusedException {
        List<HeaderField> phones = header.all(PHONE);
        if (phones.isEmpty()) {
            return Optional.empty();
        }
        if (!textMessages) {
            throw new AskedTerms.RefusedException(Reply.NO_TEXT_MESSAGES);
        }
        if (!header.all(AskedPassword.PASSWORD).isEmpty()
                || !header.all(AskedPassword.HINT).isEmpty()) {
            throw new AskedTerms.RefusedException(Reply.TWO_LOCKS);
        }
        Optional<PhoneNumber> phone = PhoneNumber.parse(phones.getFirst().value());
        if (phones.size() != 1 || phone.isEmpty()) {
            throw new AskedTerms.RefusedException(Reply.BAD_PHONE);
        }
        return phone;
    }
}
