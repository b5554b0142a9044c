package org.postern.portal.settings;

import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// How the portal behaves.
///
/// @param secureCookies cookies carry `Secure` and the `__Host-` prefix; off only for a demo at
///   `http://localhost`
/// @param sessionIdle how long a session lives without a request; its absolute end is the key
///   service's
/// @param signInMailsOfNetwork how many sign-in mails are asked for from one network in an hour
/// @param maxFile the largest file that an answer may carry
/// @param maxReply the largest answer, all files together
/// @param zone in which times are written where the browser does not say better
/// @param links to the operator's own pages, shown in the footer
@ConfigurationProperties("postern.portal")
public record PortalProperties(
        @DefaultValue("true") boolean secureCookies,
        @DefaultValue("15m") Duration sessionIdle,
        @DefaultValue("20") int signInMailsOfNetwork,
        @DefaultValue("250MB") DataSize maxFile,
        @DefaultValue("1GB") DataSize maxReply,
        @DefaultValue("UTC") ZoneId zone,
        @DefaultValue Links links) {

    /// Pages that only the operator can write.
    ///
    /// @param help whom to ask
    public record Links(
            @Nullable URI help,
            @Nullable URI accessibility,
            @Nullable URI privacy,
            @Nullable URI imprint) {}
}
