package org.postern.notifications.outgoing;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.db.EmailAddress;

/// In whose name a tenant's mail goes out.
///
/// @param organisation the tenant's name, as people know it
/// @param from the From address and the reverse-path, at a domain for which the relay may send
/// @param replyTo where an answer to a notice is answered helpfully; the From address if empty
/// @param portal scheme, host and port of the tenant's portal
/// @param postalDetails lines under every mail; may be none
public record Sender(
        String organisation,
        EmailAddress from,
        Optional<EmailAddress> replyTo,
        URI portal,
        List<String> postalDetails) {

    public Sender {
        organisation = PlainLine.name(organisation);
        postalDetails = postalDetails.stream().map(PlainLine::of).toList();
        if (organisation.isEmpty()) {
            throw new IllegalArgumentException("an organisation has a name");
        }
        if (portal.getHost() == null
                || portal.getRawUserInfo() != null
                || portal.getRawQuery() != null
                || portal.getRawFragment() != null
                || !portal.getRawPath().matches("/?")) {
            throw new IllegalArgumentException("a portal is scheme, host and port");
        }
    }

    /// The lines under every mail.
    public List<String> footer(Texts texts) {
        return Stream.of(List.of(organisation), postalDetails, List.of(texts.get("footer.secured")))
                .flatMap(List::stream)
                .toList();
    }

    /// A place in the portal as people type it.
    ///
    /// @param path from the first slash on; empty for the front page
    public String place(String path) {
        return portal.getRawAuthority() + path;
    }

    /// A link into the portal.
    ///
    /// @param path from the first slash on; never an address in it, since links end up in logs and
    ///   archives of others
    public URI link(String path) {
        if (!path.matches("(?:/[A-Za-z0-9_-]+)+")) {
            throw new IllegalArgumentException("not a path of ours");
        }
        return portal.resolve(path);
    }
}
