package org.postern.server.cli;

/// How fast mail goes to one domain.
///
/// @param atOnce mails that may be on their way at once
/// @param perMinute mails in a minute
public record DestinationLimits(int atOnce, int perMinute) {

    static final Option AT_ONCE =
            Option.of(
                            "--destination-at-once",
                            "NUMBER",
                            "how many mails may be on their way to one domain at once")
                    .variable("POSTERN_DESTINATION_AT_ONCE")
                    .standard("20");

    static final Option PER_MINUTE =
            Option.of(
                            "--destination-per-minute",
                            "NUMBER",
                            "how many mails one domain gets in a minute")
                    .variable("POSTERN_DESTINATION_PER_MINUTE")
                    .standard("6000");

    static DestinationLimits of(Arguments arguments) throws UsageException {
        return new DestinationLimits(arguments.count(AT_ONCE), arguments.count(PER_MINUTE));
    }
}
