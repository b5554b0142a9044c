package org.postern.portal.frame;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.mail.board.Maintenance;
import org.postern.portal.settings.PortalProperties;

/// What the layout shows around every page.
///
/// @param tenantName empty at a host that is nobody's
/// @param reader the address of whoever is signed in
/// @param ahead a maintenance of which everybody should know
/// @param formToken goes back with every form, as its first field; empty where a page has none
public record Frame(
        Optional<String> tenantName,
        Optional<String> reader,
        String nonce,
        String formToken,
        Assets assets,
        Optional<Maintenance> ahead,
        PortalProperties properties,
        Clock clock) {

    /// A page of the operator's in the footer.
    public record FooterLink(String key, URI target) {}

    /// The letter that stands for the tenant.
    public String initial() {
        return tenantName
                .filter(name -> !name.isBlank())
                .map(name -> name.strip().substring(0, name.strip().offsetByCodePoints(0, 1)))
                .orElse("·");
    }

    /// The reader's address, cut so that it can be glimpsed but not read over a shoulder.
    public String readerGlimpse() {
        return reader.map(
                        address -> {
                            int at = address.lastIndexOf('@');
                            String start = address.substring(0, Math.min(3, at));
                            return start + "…" + address.substring(at);
                        })
                .orElse("");
    }

    /// Where an asset is now.
    public String asset(String name) {
        return assets.get(name).path();
    }

    /// What a browser must find there.
    public String integrity(String name) {
        return assets.get(name).integrity();
    }

    /// One icon of the set.
    public String icon(String name) {
        return assets.get("icons.svg").path() + "#" + name;
    }

    public When when(Instant time) {
        return When.of(time, clock.instant(), properties.zone());
    }

    /// Whole days from now until then, begun ones counted; 0 if it has passed.
    public long daysUntil(Instant then) {
        long seconds = Math.max(0, Duration.between(clock.instant(), then).toSeconds());
        return Math.ceilDiv(seconds, Duration.ofDays(1).toSeconds());
    }

    /// The operator's own pages that there are.
    public List<FooterLink> footerLinks() {
        PortalProperties.Links links = properties.links();
        return Stream.of(
                        link("help", links.help()),
                        link("accessibility", links.accessibility()),
                        link("privacy", links.privacy()),
                        link("imprint", links.imprint()))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<FooterLink> link(String key, @Nullable URI target) {
        return Optional.ofNullable(target).map(uri -> new FooterLink("footer." + key, uri));
    }

    /// It holds an address.
    @Override
    public String toString() {
        return "Frame[redacted]";
    }
}
