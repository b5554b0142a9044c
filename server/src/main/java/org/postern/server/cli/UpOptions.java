package org.postern.server.cli;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.keys.Role;

/// What `up` was told.
///
/// @param data folder that holds everything
/// @param bind address that every listener is opened on
/// @param relays where outgoing mail goes, in turn; the demo's outbox when there is none
/// @param textMessages who sends text messages to phones; nobody does when there is none
/// @param databaseUrl mail database elsewhere, for JDBC; ours when there is none
/// @param ledgerUrl key ledger elsewhere, for JDBC; ours when there is none
/// @param passphraseFile holds the keystore's passphrase that the operator has set; the demo's
///   random one when there is none
/// @param trustedProxy who speaks HTTPS to readers in front of the portal
/// @param tlsCertificates of the SMTP door, in PEM; a self-signed one when there are none
/// @param tlsKeys of these certificates, in the same order
/// @param smtpHost name by which mail servers know the SMTP door
/// @param smtpProxies load balancers before the SMTP door, which speak the PROXY protocol
/// @param clientAuthorities who may vouch for names in clients' certificates, in PEM; Java's own
///   list if there is none
/// @param dnsServers that resolve names for the SMTP door; the system's if there are none
/// @param signInMails how many sign-in mails an address is sent in an hour
/// @param signInMailsOfOrganisation how many addresses of one organisation that nothing new has
///   come for are sent in an hour
/// @param signInMailsOfNetwork how many are asked for from one network in an hour
/// @param roles what this process is
/// @param keyProvider keeps the root key
/// @param destinationLimits how fast mail goes to one domain
/// @param dkimKeys that sign our mail
public record UpOptions(
        Path data,
        InetAddress bind,
        int smtpPort,
        int smtpsPort,
        int httpPort,
        int managementPort,
        List<HostAndPort> relays,
        Optional<TextMessageOptions> textMessages,
        Optional<String> databaseUrl,
        Optional<String> ledgerUrl,
        Optional<Path> passphraseFile,
        Optional<AddressRange> trustedProxy,
        List<Path> tlsCertificates,
        List<Path> tlsKeys,
        Optional<String> smtpHost,
        List<String> smtpProxies,
        Optional<Path> clientAuthorities,
        List<InetAddress> dnsServers,
        int signInMails,
        int signInMailsOfOrganisation,
        int signInMailsOfNetwork,
        RoleOptions roles,
        KeyProviderOptions keyProvider,
        DestinationLimits destinationLimits,
        List<DkimKeyFile> dkimKeys) {

    static final Option SMTP_PORT =
            Option.of("--smtp-port", "PORT", "SMTP; TLS by STARTTLS, nothing without it")
                    .variable("POSTERN_SMTP_PORT")
                    .standard("2525");

    static final Option SMTPS_PORT =
            Option.of("--smtps-port", "PORT", "SMTP with TLS from the first byte")
                    .variable("POSTERN_SMTPS_PORT")
                    .standard("4465");

    static final Option HTTP_PORT =
            Option.of("--http-port", "PORT", "the portal")
                    .variable("POSTERN_HTTP_PORT")
                    .standard("8080");

    static final Option MANAGEMENT_PORT = Option.MANAGEMENT_PORT.standard("8081");

    static final Option BIND =
            Option.of(
                            "--bind",
                            "ADDRESS",
                            "address to listen on; off this machine only with a passphrase of your"
                                    + " own and a trusted proxy")
                    .variable("POSTERN_BIND")
                    .standard("127.0.0.1");

    static final Option RELAY =
            Option.of(
                            "--relay",
                            "HOST:PORT",
                            "server that sends our mail on, may be given several times; without one"
                                    + " it stays in the outbox of the demo")
                    .variable("POSTERN_RELAY")
                    .repeatable();

    static final Option DATABASE_URL =
            Option.of(
                            "--database-url",
                            "URL",
                            "mail database elsewhere, jdbc:postgresql://HOST:PORT/DATABASE; use the"
                                    + " variable if it holds a password, since others see a command"
                                    + " line")
                    .variable("POSTERN_DATABASE_URL");

    static final Option LEDGER_URL =
            Option.of("--ledger-url", "URL", "key ledger elsewhere, likewise")
                    .variable("POSTERN_LEDGER_URL");

    static final Option PASSPHRASE_FILE =
            Option.of(
                            "--passphrase-file",
                            "FILE",
                            "file with the passphrase of the keystore, instead of a random one"
                                    + " under the data folder")
                    .variable("POSTERN_PASSPHRASE_FILE");

    static final Option TRUSTED_PROXY =
            Option.of(
                            "--trusted-proxy",
                            "ADDRESSES",
                            "who speaks HTTPS in front of the portal, such as 10.0.0.0/8; its"
                                    + " X-Forwarded fields are believed")
                    .variable("POSTERN_TRUSTED_PROXY");

    static final Option TLS_CERTIFICATE =
            Option.of(
                            "--tls-certificate",
                            "FILES",
                            "certificate chain of the SMTP door in PEM, or several with commas"
                                    + " between; read again when they change")
                    .variable("POSTERN_TLS_CERTIFICATE");

    static final Option TLS_KEY =
            Option.of("--tls-key", "FILES", "the keys of these certificates, in the same order")
                    .variable("POSTERN_TLS_KEY");

    static final Option SMTP_HOST =
            Option.of(
                            "--smtp-host",
                            "NAME",
                            "name by which mail servers know the SMTP door; it greets with it, and"
                                    + " is not ready while its certificate is for another")
                    .variable("POSTERN_SMTP_HOST");

    static final Option SMTP_PROXIES =
            Option.of(
                            "--smtp-proxies",
                            "ADDRESSES",
                            "load balancers before the SMTP door, such as 10.0.0.5,10.0.1.0/24;"
                                    + " each must begin with the PROXY protocol")
                    .variable("POSTERN_SMTP_PROXIES");

    static final Option CLIENT_AUTHORITIES =
            Option.of(
                            "--client-authorities",
                            "FILE",
                            "authorities in PEM that vouch for names in certificates of mail"
                                    + " servers, instead of Java's own list")
                    .variable("POSTERN_CLIENT_AUTHORITIES");

    static final Option DNS_SERVERS =
            Option.of(
                            "--dns-servers",
                            "ADDRESSES",
                            "name servers that the SMTP door asks about senders, instead of the"
                                    + " system's")
                    .variable("POSTERN_DNS_SERVERS");

    static final Option SIGN_IN_MAILS =
            Option.of(
                            "--sign-in-mails",
                            "NUMBER",
                            "how many sign-in mails an address is sent in an hour")
                    .variable("POSTERN_SIGN_IN_MAILS")
                    .standard("5");

    static final Option SIGN_IN_MAILS_OF_ORGANISATION =
            Option.of(
                            "--sign-in-mails-of-organisation",
                            "NUMBER",
                            "how many an organisation sends in an hour to addresses that nothing"
                                    + " new has come for")
                    .variable("POSTERN_SIGN_IN_MAILS_OF_ORGANISATION")
                    .standard("100");

    static final Option SIGN_IN_MAILS_OF_NETWORK =
            Option.of(
                            "--sign-in-mails-of-network",
                            "NUMBER",
                            "how many are asked for from one network (/24, /64) in an hour")
                    .variable("POSTERN_SIGN_IN_MAILS_OF_NETWORK")
                    .standard("20");

    static List<Option> all() {
        List<Option> options = new ArrayList<>();
        options.addAll(
                List.of(
                        Option.DATA,
                        SMTP_PORT,
                        SMTPS_PORT,
                        HTTP_PORT,
                        MANAGEMENT_PORT,
                        BIND,
                        RELAY,
                        DestinationLimits.AT_ONCE,
                        DestinationLimits.PER_MINUTE,
                        DkimKeyFile.KEYS,
                        DATABASE_URL,
                        LEDGER_URL,
                        PASSPHRASE_FILE,
                        TRUSTED_PROXY,
                        TLS_CERTIFICATE,
                        TLS_KEY,
                        SMTP_HOST,
                        SMTP_PROXIES,
                        CLIENT_AUTHORITIES,
                        DNS_SERVERS,
                        SIGN_IN_MAILS,
                        SIGN_IN_MAILS_OF_ORGANISATION,
                        SIGN_IN_MAILS_OF_NETWORK));
        options.addAll(TextMessageOptions.all());
        options.addAll(KeyProviderOptions.all());
        options.addAll(RoleOptions.all());
        return options;
    }

    static UpOptions of(Arguments arguments) throws UsageException {
        var options =
                new UpOptions(
                        arguments.path(Option.DATA),
                        arguments.address(BIND),
                        arguments.port(SMTP_PORT),
                        arguments.port(SMTPS_PORT),
                        arguments.port(HTTP_PORT),
                        arguments.port(MANAGEMENT_PORT),
                        arguments.hostsAndPorts(RELAY),
                        TextMessageOptions.of(arguments),
                        arguments.findDatabaseUrl(DATABASE_URL),
                        arguments.findDatabaseUrl(LEDGER_URL),
                        arguments.findPath(PASSPHRASE_FILE),
                        arguments.findAddressRange(TRUSTED_PROXY),
                        files(arguments, TLS_CERTIFICATE),
                        files(arguments, TLS_KEY),
                        host(arguments, SMTP_HOST),
                        ranges(arguments, SMTP_PROXIES),
                        arguments.findPath(CLIENT_AUTHORITIES),
                        addresses(arguments, DNS_SERVERS),
                        number(arguments, SIGN_IN_MAILS),
                        number(arguments, SIGN_IN_MAILS_OF_ORGANISATION),
                        number(arguments, SIGN_IN_MAILS_OF_NETWORK),
                        RoleOptions.of(arguments),
                        KeyProviderOptions.of(arguments),
                        DestinationLimits.of(arguments),
                        DkimKeyFile.of(arguments));
        options.requireDistinctPorts();
        options.requireLoopbackForTheDemo();
        options.requirePassphraseFile();
        options.requireRelayBeyondTheDemo();
        options.requireAKeyForEachCertificate();
        options.requireADatabaseBesideTheKeys();
        return options;
    }

    private void requireDistinctPorts() throws UsageException {
        var seen = new LinkedHashMap<Integer, Option>();
        for (Map.Entry<Option, Integer> port : ports().entrySet()) {
            Option earlier = port.getValue() == 0 ? null : seen.put(port.getValue(), port.getKey());
            if (earlier != null) {
                throw new UsageException(
                        earlier.name()
                                + " and "
                                + port.getKey().name()
                                + " are both "
                                + port.getValue()
                                + ". Choose another for one of them.");
            }
        }
    }

    /// The demo takes mail without a password, keeps its keystore's passphrase beside the keystore
    /// and speaks HTTP: right on one machine, wrong anywhere else.
    private void requireLoopbackForTheDemo() throws UsageException {
        if (bind.isLoopbackAddress()
                || ((!isUnguarded() || !roles.has(Role.KEYS))
                        && (trustedProxy.isPresent() || !roles.has(Role.PORTAL)))) {
            return;
        }
        throw new UsageException(
                "the demo listens on this machine only, not on "
                        + bind.getHostAddress()
                        + ". To be reached from elsewhere, set --passphrase-file (or"
                        + " --key-provider) and --trusted-proxy.");
    }

    private void requirePassphraseFile() throws UsageException {
        if (passphraseFile.isPresent() && !Files.isReadable(passphraseFile.get())) {
            throw new UsageException(
                    "--passphrase-file cannot be read: " + passphraseFile.get() + ".");
        }
    }

    private static List<Path> files(Arguments arguments, Option option) {
        return words(arguments, option).stream().map(Path::of).toList();
    }

    private static Optional<String> host(Arguments arguments, Option option) throws UsageException {
        Optional<String> host = arguments.find(option).map(String::strip);
        if (host.isPresent()
                && !host.get().matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")) {
            throw new UsageException(option.name() + " is no name of a host: " + host.get() + ".");
        }
        return host;
    }

    private static List<String> ranges(Arguments arguments, Option option) throws UsageException {
        List<String> ranges = words(arguments, option);
        for (String range : ranges) {
            try {
                AddressRange.parse(range);
            } catch (UsageException e) {
                throw new UsageException(option.name() + " " + e.getMessage() + ", not " + range);
            }
        }
        return ranges;
    }

    private static List<InetAddress> addresses(Arguments arguments, Option option)
            throws UsageException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String word : words(arguments, option)) {
            try {
                addresses.add(InetAddress.ofLiteral(word));
            } catch (IllegalArgumentException e) {
                throw new UsageException(
                        option.name() + " is a list of addresses such as 192.0.2.53, not " + word);
            }
        }
        return addresses;
    }

    private static int number(Arguments arguments, Option option) throws UsageException {
        String text = arguments.text(option);
        if (!text.matches("[1-9][0-9]{0,5}")) {
            throw new UsageException(option.name() + " is a number from 1 on, not " + text);
        }
        return Integer.parseInt(text);
    }

    private static List<String> words(Arguments arguments, Option option) {
        return arguments.find(option).stream()
                .flatMap(text -> Arrays.stream(text.split(",", -1)))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private void requireAKeyForEachCertificate() throws UsageException {
        if (tlsCertificates.size() != tlsKeys.size()) {
            throw new UsageException(
                    "--tls-certificate names "
                            + tlsCertificates.size()
                            + " files and --tls-key "
                            + tlsKeys.size()
                            + ". Name one key for each certificate.");
        }
    }

    /// The outbox keeps notices in clear, where they can be tried out; nobody else's mail belongs
    /// there.
    private void requireRelayBeyondTheDemo() throws UsageException {
        if (roles.has(Role.WORKER) && relays.isEmpty() && !outbox()) {
            throw new UsageException(
                    "with --passphrase-file or --key-provider this is no demo, and its notices"
                            + " have to go somewhere: set --relay.");
        }
    }

    /// Every port to be opened, by the option that names it.
    Map<Option, Integer> ports() {
        var ports = new LinkedHashMap<Option, Integer>();
        if (roles.has(Role.INTAKE)) {
            ports.put(SMTP_PORT, smtpPort);
            ports.put(SMTPS_PORT, smtpsPort);
        }
        if (roles.has(Role.PORTAL)) {
            ports.put(HTTP_PORT, httpPort);
        }
        roles.keysPort().ifPresent(port -> ports.put(RoleOptions.KEYS_PORT, port));
        ports.put(MANAGEMENT_PORT, managementPort);
        return ports;
    }

    /// The demo's ways: a random passphrase under the data folder, an organisation to try things
    /// with. One process is everything there.
    public boolean demo() {
        return isUnguarded() && roles.isAll();
    }

    /// Whether the root key lies beside the passphrase that opens it.
    private boolean isUnguarded() {
        return passphraseFile.isEmpty() && keyProvider instanceof KeyProviderOptions.Local;
    }

    /// The outbox exists only on one machine with nothing set up, never together with a relay.
    public boolean outbox() {
        return isUnguarded() && relays.isEmpty() && bind.isLoopbackAddress();
    }

    /// Whether a PostgreSQL of our own is needed, for one database or for both.
    public boolean needsLocalPostgres() {
        return databaseUrl.isEmpty() || (roles.has(Role.KEYS) && ledgerUrl.isEmpty());
    }

    /// A PostgreSQL of our own stands beside the keys, where the ledger is.
    private void requireADatabaseBesideTheKeys() throws UsageException {
        if (!roles.has(Role.KEYS) && databaseUrl.isEmpty()) {
            throw new UsageException("without the role keys, set --database-url.");
        }
    }

    /// How this machine reaches the listeners.
    public String host() {
        return bind.isLoopbackAddress() || bind.isAnyLocalAddress()
                ? "localhost"
                : bind.getHostAddress();
    }

    /// As what the SMTP door greets.
    public String smtpName() {
        return smtpHost.orElseGet(this::host);
    }

    /// Whom the certificate of the SMTP door must name: as said, or this machine if the certificate
    /// is one of our own. Empty if it is the operator's and nobody has said who we are.
    public Optional<String> certificateName() {
        return smtpHost.or(
                () -> tlsCertificates.isEmpty() ? Optional.of("localhost") : Optional.empty());
    }

    /// Without the addresses of databases, which may hold passwords.
    @Override
    public String toString() {
        return "UpOptions[data=" + data + ", bind=" + bind + ", ports=" + ports().values() + "]";
    }
}
