package org.postern.mail.mime;

/// What one message may cost to index (docs/threat-model.md, "Limits on hostile mail"). Counters,
/// not time: the same message is indexed alike on every machine.
///
/// @param parts how many parts are indexed
/// @param depth how deep they nest
/// @param headerBytes how long one header section may be
/// @param headerFields how many fields it may have
/// @param boundaryBytes how long a boundary may be; RFC 2046, section 5.1.1 allows 70
/// @param comparisons how often lines may be compared with boundaries: a hundred open multiparts
///   and a file of lines that all begin like their boundaries would cost a minute
public record IndexBudget(
        int parts,
        int depth,
        int headerBytes,
        int headerFields,
        int boundaryBytes,
        long comparisons) {

    public static final IndexBudget DEFAULT =
            new IndexBudget(
                    1_000,
                    100,
                    HeaderSection.MOST_BYTES,
                    HeaderSection.MOST_FIELDS,
                    16 * 1024,
                    20_000_000);

    public IndexBudget {
        if (parts < 1
                || depth < 1
                || headerBytes < 1
                || headerFields < 1
                || boundaryBytes < 1
                || comparisons < 1) {
            throw new IllegalArgumentException("a budget of nothing");
        }
        if (boundaryBytes > ContentScanner.LONGEST_PREFIX) {
            throw new IllegalArgumentException(
                    "longer boundaries than the scanner holds in memory");
        }
    }
}
