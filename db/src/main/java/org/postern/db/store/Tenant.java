package org.postern.db.store;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.postern.db.ConnectorId;
import org.postern.db.TenantId;

/// An organisation, its verified domains and the ways its mail comes in.
///
/// @param name as people see it
/// @param portalHost the host name that fixes this tenant before anybody signs in, in lower case
/// @param addressSuffix domain by which a gateway routes: `user@there.SUFFIX` is for `user@there`
/// @param domains verified, in lower case
/// @param rules what it has decided about its mail
public record Tenant(
        TenantId id,
        String name,
        String portalHost,
        Optional<String> addressSuffix,
        List<String> domains,
        List<Connector> connectors,
        MailRules rules) {

    public Tenant {
        domains = List.copyOf(domains);
        connectors = List.copyOf(connectors);
        // A snapshot of an earlier release knows none.
        rules = Objects.requireNonNullElse(rules, MailRules.DEFAULT);
    }

    /// The same with other rules for its mail.
    public Tenant withRules(MailRules others) {
        return new Tenant(id, name, portalHost, addressSuffix, domains, connectors, others);
    }

    /// One way in by SMTP: a client uses it if it shows everything that is asked here.
    ///
    /// @param sourceRanges CIDR ranges the client must come from; anywhere if there are none
    /// @param passwordVerifier what the client's SMTP AUTH must fit (RFC 4954), as SCRAM-SHA-256
    ///   keeps it; its user name is the connector's id
    /// @param certificatePins one of them must be the client certificate's: SHA-256 of its
    ///   SubjectPublicKeyInfo in base64; none is asked for if there are none
    /// @param envelopeSenderOnly judges MAIL FROM alone; else the From field must lie in the
    ///   verified domains too
    /// @param sealsAll takes every message as if it were marked
    /// @param nextHop where unmarked mail is passed on to; it is refused if there is none
    /// @param sharedCloud what the client shows besides its address, if others share that with it
    /// @param clientAuthority who must have issued the client's certificate, if that is asked for
    public record Connector(
            ConnectorId id,
            String name,
            List<String> sourceRanges,
            Optional<String> passwordVerifier,
            List<String> certificatePins,
            boolean envelopeSenderOnly,
            boolean sealsAll,
            Optional<NextHop> nextHop,
            Optional<SharedCloud> sharedCloud,
            Optional<ClientAuthority> clientAuthority) {

        public Connector {
            sourceRanges = List.copyOf(sourceRanges);
            // A snapshot of an earlier release knows none.
            certificatePins = List.copyOf(Objects.requireNonNullElse(certificatePins, List.of()));
            sharedCloud = Objects.requireNonNullElse(sharedCloud, Optional.empty());
            clientAuthority = Objects.requireNonNullElse(clientAuthority, Optional.empty());
            // Anybody in that cloud can write any MAIL FROM.
            envelopeSenderOnly = envelopeSenderOnly && sharedCloud.isEmpty();
        }

        /// A gateway that is known by its address alone and marks what is to be sealed.
        public static Connector of(ConnectorId id, String name, List<String> sourceRanges) {
            return new Connector(
                    id,
                    name,
                    sourceRanges,
                    Optional.empty(),
                    List.of(),
                    false,
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        /// The same with another way to judge the sender.
        public Connector withEnvelopeSenderOnly(boolean only) {
            return new Connector(
                    id,
                    name,
                    sourceRanges,
                    passwordVerifier,
                    certificatePins,
                    only,
                    sealsAll,
                    nextHop,
                    sharedCloud,
                    clientAuthority);
        }

        /// The same with a password.
        public Connector withPassword(String verifier) {
            return new Connector(
                    id,
                    name,
                    sourceRanges,
                    Optional.of(verifier),
                    certificatePins,
                    envelopeSenderOnly,
                    sealsAll,
                    nextHop,
                    sharedCloud,
                    clientAuthority);
        }

        /// The same with certificates.
        public Connector withCertificates(List<String> pins) {
            return new Connector(
                    id,
                    name,
                    sourceRanges,
                    passwordVerifier,
                    pins,
                    envelopeSenderOnly,
                    sealsAll,
                    nextHop,
                    sharedCloud,
                    clientAuthority);
        }

        /// The same with all of its mail sealed, or only what is marked.
        public Connector withSealsAll(boolean all) {
            return new Connector(
                    id,
                    name,
                    sourceRanges,
                    passwordVerifier,
                    certificatePins,
                    envelopeSenderOnly,
                    all,
                    nextHop,
                    sharedCloud,
                    clientAuthority);
        }

        /// The same with unmarked mail passed on.
        public Connector withNextHop(NextHop hop) {
            return new Connector(
                    id,
                    name,
                    sourceRanges,
                    passwordVerifier,
                    certificatePins,
                    envelopeSenderOnly,
                    sealsAll,
                    Optional.of(hop),
                    sharedCloud,
                    clientAuthority);
        }

        /// The same in a cloud that others share.
        public Connector withSharedCloud(SharedCloud cloud) {
            return new Connector(
                    id,
                    name,
                    sourceRanges,
                    passwordVerifier,
                    certificatePins,
                    envelopeSenderOnly,
                    sealsAll,
                    nextHop,
                    Optional.of(cloud),
                    clientAuthority);
        }

        /// The same with a certificate that this authority issued.
        public Connector withClientAuthority(ClientAuthority authority) {
            return new Connector(
                    id,
                    name,
                    sourceRanges,
                    passwordVerifier,
                    certificatePins,
                    envelopeSenderOnly,
                    sealsAll,
                    nextHop,
                    sharedCloud,
                    Optional.of(authority));
        }
    }

    /// An authority of the organisation's own, which vouches for its gateways. Nobody else's word
    /// counts for them, and its word counts for nobody else.
    ///
    /// @param certificates of the authority, DER in base64; several while one follows another
    /// @param names DNS names of which the client's certificate must carry one
    public record ClientAuthority(List<String> certificates, List<String> names) {

        public ClientAuthority {
            certificates = List.copyOf(certificates);
            names = List.copyOf(names);
        }
    }

    /// What tells an organisation's mail from that of everybody else in the same cloud. Address and
    /// certificate are the provider's and prove the cloud alone, so each message must carry one of
    /// the secrets, or a signature of the organisation's own domain.
    ///
    /// @param certificateNames DNS names of which the provider's certificate must carry one
    /// @param secretHeaders SHA-256 in base64 of what the field `X-Postern-Connector` may say, the
    ///   newest first; at most [#MOST_SECRETS]
    /// @param alignedDkim whether a DKIM signature is proof too
    public record SharedCloud(
            List<String> certificateNames, List<String> secretHeaders, boolean alignedDkim) {

        /// The one in use and the one it takes the place of.
        public static final int MOST_SECRETS = 2;

        public SharedCloud {
            certificateNames = List.copyOf(certificateNames);
            secretHeaders = List.copyOf(secretHeaders);
        }
    }

    /// A mail server that takes unmarked mail, by STARTTLS and with a certificate for this name.
    public record NextHop(String host, int port) {}
}
