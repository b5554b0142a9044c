package org.postern.keys.limits;

/// How often each call may be made: by one subject, and by all together. What is refused is asked
/// again later; nothing is lost by it.
///
/// Above what people do, and below what a thief of the portal would like: of one reader's mail he
/// gets some hundred messages a minute, each of them recorded. A page opens its message anew for
/// every picture and every file, so a reader with a long list of files needs as many.
///
/// @param open by reading key
/// @param summaries by reading key
/// @param own by reading key
/// @param unlock by reading key: each costs a slow hash
/// @param redeem by tenant
/// @param issue by tenant
/// @param pin by tenant: each costs a text message
/// @param admit by tenant
public record Limits(
        Allowance open,
        Allowance summaries,
        Allowance own,
        Allowance unlock,
        Allowance redeem,
        Allowance issue,
        Allowance pin,
        Allowance admit) {

    public static final Limits DEFAULT =
            new Limits(
                    new Allowance(new Rate(300, 600), new Rate(12_000, 24_000)),
                    new Allowance(new Rate(120, 240), new Rate(12_000, 24_000)),
                    new Allowance(new Rate(600, 1_200), new Rate(60_000, 120_000)),
                    new Allowance(new Rate(20, 20), new Rate(600, 600)),
                    new Allowance(new Rate(600, 1_200), new Rate(6_000, 12_000)),
                    new Allowance(new Rate(600, 1_200), new Rate(6_000, 12_000)),
                    new Allowance(new Rate(60, 120), new Rate(600, 1_200)),
                    new Allowance(new Rate(12_000, 24_000), new Rate(60_000, 120_000)));

    /// Of one kind of call.
    ///
    /// @param each of one subject
    /// @param all of all together
    public record Allowance(Rate each, Rate all) {}

    /// So many a minute, and so many at once.
    ///
    /// @param burst how many at once after a rest
    public record Rate(int perMinute, int burst) {}
}
