package org.postern.portal.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postern.crypto.Tokens;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.NoticeStore;
import org.postern.portal.session.PortalCookies;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/// What somebody wanted before signing in: a message, or his settings. Only an id, a notice's
/// number or a word of ours is kept, never a place, so the way back leads nowhere else. Whether a
/// number names anything is looked up afterwards, for the mailbox that signed in: before, known and
/// unknown ones are alike.
final class Destination {

    private static final Logger log = LoggerFactory.getLogger(Destination.class);

    private static final String COOKIE = "to";
    private static final String ACCESS = "access";
    private static final Duration LIFE = Duration.ofDays(1);
    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final String INBOX = "/inbox";

    private final PortalCookies cookies;
    private final NoticeStore notices;

    Destination(PortalCookies cookies, NoticeStore notices) {
        this.cookies = cookies;
        this.notices = notices;
    }

    /// A message's id or a notice's number, if the text is one.
    static Optional<String> wanted(String text) {
        return Optional.of(text).filter(one -> ID.matcher(one).matches() || Tokens.isNumber(one));
    }

    void set(HttpServletResponse response, Optional<String> wanted) {
        wanted.ifPresentOrElse(
                one -> cookies.set(response, COOKIE, one, LIFE),
                () -> cookies.clear(response, COOKIE));
    }

    /// Whoever signs in again to change how he signs in goes on there.
    void setAccess(HttpServletResponse response) {
        cookies.set(response, COOKIE, ACCESS, LIFE);
    }

    boolean isAccess(HttpServletRequest request) {
        return cookies.find(request, COOKIE).filter(ACCESS::equals).isPresent();
    }

    /// Where whoever signed in to this mailbox goes now; it is forgotten.
    String take(
            TenantId tenant,
            MailboxId mailbox,
            HttpServletRequest request,
            HttpServletResponse response) {
        boolean access = isAccess(request);
        Optional<String> wanted = cookies.find(request, COOKIE).flatMap(Destination::wanted);
        cookies.clear(response, COOKIE);
        return access
                ? "/access"
                : wanted.map(one ->
                                Tokens.isNumber(one) ? named(tenant, mailbox, one) : "/m/" + one)
                        .orElse(INBOX);
    }

    private String named(TenantId tenant, MailboxId mailbox, String number) {
        try {
            return notices.find(tenant, number)
                    .filter(notice -> notice.mailbox().equals(mailbox))
                    .map(notice -> "/m/" + notice.message())
                    .orElse(INBOX);
        } catch (DataAccessException e) {
            log.warn(
                    "a notice's number was not looked up: tenant={} reason={}",
                    tenant,
                    e.getClass().getSimpleName());
            return INBOX;
        }
    }
}
