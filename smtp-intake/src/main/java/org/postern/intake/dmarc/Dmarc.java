package org.postern.intake.dmarc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.postern.intake.dns.DnsFailedException;
import org.postern.intake.dns.Lookups;

/// What a domain publishes about mail in its name: DMARC (RFC 9989), without a list of public
/// suffixes. For one thread.
public final class Dmarc {

    private static final int MOST_LABELS = 8;

    private final Lookups lookups;

    public Dmarc(Lookups lookups) {
        this.lookups = lookups;
    }

    /// A domain's wish.
    ///
    /// @param enforced whether mail that is shown to be nobody's should not be delivered
    /// @param strictDkim whether a signature must be of exactly the author's domain
    /// @param strictSpf whether MAIL FROM must name exactly the author's domain
    public record Policy(boolean enforced, boolean strictDkim, boolean strictSpf) {}

    private record Published(String domain, Map<String, String> tags) {

        String tag(String name) {
            return tags.getOrDefault(name, "").toLowerCase(Locale.ROOT);
        }

        int labels() {
            return domain.split("\\.", -1).length;
        }
    }

    /// What holds for an author's domain; nothing if nobody has said (RFC 9989, section 4.10.1).
    ///
    /// @param author as [org.postern.intake.dns.DomainText] writes it
    public Optional<Policy> policy(String author) throws DnsFailedException {
        List<Published> found = walk(author);
        String organization = organization(author, found);
        return found.stream()
                .filter(each -> each.domain().equals(author))
                .findFirst()
                .or(() ->
                        found.stream()
                                .filter(each -> each.domain().equals(organization))
                                .findFirst())
                .or(() -> found.stream().filter(each -> each.tag("psd").equals("y")).findFirst())
                .map(each -> policy(each, each.domain().equals(author)));
    }

    private static Policy policy(Published published, boolean own) {
        String wish = published.tag(own || published.tag("sp").isEmpty() ? "p" : "sp");
        boolean testing = published.tag("t").equals("y");
        return new Policy(
                !testing && (wish.equals("reject") || wish.equals("quarantine")),
                published.tag("adkim").equals("s"),
                published.tag("aspf").equals("s"));
    }

    /// Whether two domains belong to one organization (RFC 9989, section 4.10.2).
    public boolean isAligned(String one, String other, boolean strict) throws DnsFailedException {
        if (strict || one.equals(other)) {
            return one.equals(other);
        }
        return organization(one, walk(one)).equals(organization(other, walk(other)));
    }

    private static String organization(String start, List<Published> found) {
        for (Published each : found) {
            if (each.tag("psd").equals("n")) {
                return each.domain();
            }
            if (each.tag("psd").equals("y") && !each.domain().equals(start)) {
                return oneBelow(each.domain(), start);
            }
        }
        return found.stream()
                .min((a, b) -> Integer.compare(a.labels(), b.labels()))
                .map(Published::domain)
                .orElse(start);
    }

    private static String oneBelow(String suffix, String start) {
        String before = start.substring(0, start.length() - suffix.length() - 1);
        return start.substring(before.lastIndexOf('.') + 1);
    }

    /// From the domain up to the root, in at most eight questions (RFC 9989, section 4.10).
    private List<Published> walk(String start) throws DnsFailedException {
        List<Published> found = new ArrayList<>();
        List<String> labels = List.of(start.split("\\.", -1));
        int from = 0;
        while (from < labels.size()) {
            String domain = String.join(".", labels.subList(from, labels.size()));
            Optional<Published> published = published(domain);
            published.ifPresent(found::add);
            if (published
                    .filter(each -> !each.tag("psd").isEmpty() && !each.tag("psd").equals("u"))
                    .isPresent()) {
                break;
            }
            from = Math.max(from + 1, labels.size() - MOST_LABELS + 1);
        }
        return found;
    }

    /// Several records are none.
    private Optional<Published> published(String domain) throws DnsFailedException {
        List<Map<String, String>> records =
                lookups.texts("_dmarc." + domain).stream()
                        .flatMap(text -> tags(text).stream())
                        .toList();
        return records.size() == 1
                ? Optional.of(new Published(domain, records.getFirst()))
                : Optional.empty();
    }

    private static Optional<Map<String, String>> tags(String text) {
        Map<String, String> tags = new HashMap<>();
        boolean first = true;
        for (String spec : text.split(";", -1)) {
            int equals = spec.indexOf('=');
            String name = equals < 0 ? "" : spec.substring(0, equals).strip();
            String value = equals < 0 ? "" : spec.substring(equals + 1).strip();
            if (first && !(name.equals("v") && value.equals("DMARC1"))) {
                return Optional.empty(); // some other record
            }
            first = false;
            tags.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
        }
        return Optional.of(tags);
    }
}
