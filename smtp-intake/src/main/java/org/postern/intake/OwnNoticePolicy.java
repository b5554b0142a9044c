package org.postern.intake;

import java.util.Locale;
import java.util.Optional;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;

/// Our own notices must not come back: a gateway's rule "everything to the portal" would make each
/// the cause of the next. They say that they are automatic (RFC 3834, section 5) and bear our mark.
/// Whoever copies both keeps nobody's mail out but his own.
final class OwnNoticePolicy implements HeaderPolicy {

    private static final String MARK = "X-Postern-Loop";

    @Override
    public Optional<Reply> refusal(
            HeaderSection header, IntakeTransaction transaction, Limits limits) {
        return header.first(MARK).isPresent() && isAutomatic(header)
                ? Optional.of(Reply.LOOP)
                : Optional.empty();
    }

    /// Any value but `no` says so.
    static boolean isAutomatic(HeaderSection header) {
        return header.first("Auto-Submitted")
                .map(field -> field.value().strip().toLowerCase(Locale.ROOT))
                .filter(value -> !value.equals("no"))
                .isPresent();
    }
}
