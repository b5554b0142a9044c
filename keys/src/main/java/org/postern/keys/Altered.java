package org.postern.keys;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.postern.db.TenantId;

/// An organisation whose rows in the mail database are not as an administrator last set them.
///
/// @param rows which of them, where it is known
public record Altered(TenantId tenant, How how, Set<Rows> rows) {

    public Altered {
        rows = Set.copyOf(rows);
    }

    /// What became of them.
    public enum How {
        /// They are others.
        CHANGED,
        /// Nobody made this organisation.
        UNKNOWN,
        /// They are not there.
        MISSING,
        /// The keys have ended it, and its rows are still there, or are back.
        ENDED
    }

    /// The kinds of rows that a snapshot is made from.
    public enum Rows {
        TENANT,
        DOMAINS,
        CONNECTORS
    }

    /// How and which, for the log and for people.
    public String words() {
        return word(how)
                + rows.stream()
                        .sorted()
                        .map(Altered::word)
                        .collect(Collectors.joining(",", "(", ")"));
    }

    private static String word(Enum<?> of) {
        return of.name().toLowerCase(Locale.ROOT);
    }
}
