package org.postern.server;

import static java.util.Map.entry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postern.server.cli.Arguments;
import org.postern.server.cli.Command;
import org.postern.server.cli.CommandFailedException;
import org.postern.server.cli.Console;
import org.postern.server.cli.ControlClient;
import org.postern.server.cli.Operand;
import org.postern.server.cli.Option;
import org.postern.server.cli.RunningPostern;
import org.postern.server.cli.UsageException;

/// An administrator's command that sets something up in the running Postern: `tenant create`,
/// `tenant mail`, `tenant notices`, `domain add`, `connector add`, `connector rotate-secret`, `keys
/// invite`.
///
/// @param what the running Postern is asked for
/// @param operands the connector it is asked for, if there is one
/// @param fields which option is sent under which name
record Provision(
        String name,
        String summary,
        String what,
        List<Operand> operands,
        Map<Option, String> fields)
        implements Command {

    private static final Option HOST =
            Option.of("--host", "NAME", "host name of the tenant's portal").standard("localhost");

    private static final Option CLIENT_CA =
            Option.of(
                    "--client-ca",
                    "FILE",
                    "the authority that issued its certificate, in PEM or DER");

    private static final int LARGEST_FILE = 256 * 1024;

    /// Every such command.
    static List<Command> all() {
        return List.of(
                new Provision(
                        "tenant create",
                        "make an organisation with keys of its own",
                        "tenant",
                        List.of(),
                        Map.of(
                                HOST,
                                "host",
                                Option.of("--name", "NAME", "the organisation as people know it"),
                                "name",
                                Option.of(
                                        "--suffix",
                                        "DOMAIN",
                                        "user@there.DOMAIN is mail for user@there"),
                                "suffix")),
                new Provision(
                        "tenant mail",
                        "say how its mail is marked and what is forgiven; what is left out stays",
                        "rules",
                        List.of(),
                        Map.of(
                                HOST,
                                "host",
                                Option.of(
                                        "--brackets",
                                        "PAIRS",
                                        "those that mark a whole subject: square,curly,pipes or"
                                                + " none"),
                                "brackets",
                                Option.of(
                                        "--tags",
                                        "TAGS",
                                        "marks anywhere in a subject: [encrypt],#secure or none"),
                                "tags",
                                Option.of(
                                        "--mark-fields",
                                        "FIELDS",
                                        "header fields that mark: X-Seal: yes,X-Class: secret or"
                                                + " none"),
                                "markFields",
                                Option.of(
                                        "--line-ends",
                                        "strict|normalize",
                                        "refuse a lone LF in a message, or make it CRLF"),
                                "lineEnds",
                                Option.of(
                                        "--keep",
                                        "DAYS",
                                        "how long its messages can be read; a sender may say less"),
                                "keep",
                                Option.of(
                                        "--grace",
                                        "DAYS",
                                        "after that, in which they can be given back; 0 for none"),
                                "grace",
                                Option.of(
                                        "--returns",
                                        "DOMAIN",
                                        "whose MX is our SMTP door, to which notices come back that"
                                                + " cannot be delivered; or none"),
                                "returns")),
                new Provision(
                        "tenant notices",
                        "say how its mail to recipients looks; what is left out stays",
                        "notices",
                        List.of(),
                        Map.of(
                                HOST,
                                "host",
                                Option.of(
                                        "--language",
                                        "TAG",
                                        "of whoever has not chosen one: en, de, fr, es, nl, pt, pl,"
                                                + " ar"),
                                "language",
                                Option.of(
                                        "--zero-link",
                                        "DOMAINS",
                                        "whose recipients get seven characters to type instead of"
                                                + " a link, or all or none"),
                                "zeroLink",
                                Option.of(
                                        "--subject",
                                        "shown|hidden",
                                        "whether a notice names the message's subject, in clear"),
                                "subject",
                                Option.of(
                                        "--reminders",
                                        "on|off",
                                        "after 3 and 10 days, of what was not opened"),
                                "reminders",
                                Option.of(
                                        "--digest",
                                        "MINUTES",
                                        "what comes so soon after a notice is told in one mail; 0"
                                                + " for each in its own"),
                                "digest")),
                new Provision(
                        "domain add",
                        "add a domain that the organisation owns",
                        "domain",
                        List.of(),
                        Map.of(
                                HOST,
                                "host",
                                Option.of("--domain", "DOMAIN", "senders may write from it"),
                                "domain")),
                new Provision(
                        "connector add",
                        "let a mail server hand in mail",
                        "connector",
                        List.of(),
                        connectorFields()),
                new Provision(
                        "connector rotate-secret",
                        "make another secret header; the one before it stays valid",
                        "secret",
                        List.of(new Operand("ID", "the connector, as connector add printed it")),
                        Map.of(HOST, "host")),
                new Provision(
                        "keys invite",
                        "let another process ask this one for keys; prints the file to carry there",
                        "invitation",
                        List.of(),
                        Map.of(
                                Option.of(
                                        "--name",
                                        "NAME",
                                        "under which it seals: letters, digits, . _ -"),
                                "name",
                                Option.of(
                                        "--role",
                                        "ROLES",
                                        "what it may be, of intake,worker,portal"),
                                "roles")));
    }

    private static Map<Option, String> connectorFields() {
        return Map.ofEntries(
                entry(HOST, "host"),
                entry(Option.of("--name", "NAME", "what administrators call it"), "name"),
                entry(
                        Option.of(
                                "--ranges",
                                "RANGES",
                                "addresses it comes from, such as 192.0.2.7/32,::1/128"),
                        "ranges"),
                entry(
                        Option.flag(
                                "--password", "make a password for SMTP AUTH and print it once"),
                        "password"),
                entry(
                        Option.of(
                                "--certificate-pins",
                                "PINS",
                                "SHA-256 of its certificate's public key in base64"),
                        "pins"),
                entry(CLIENT_CA, "clientAuthority"),
                entry(
                        Option.of(
                                "--client-name",
                                "NAMES",
                                "of which its certificate carries one, with --client-ca"),
                        "clientNames"),
                entry(
                        Option.of(
                                "--certificate-name",
                                "NAMES",
                                "in a cloud that others share: a name in its verified certificate"),
                        "certificateNames"),
                entry(
                        Option.flag(
                                "--secret-header",
                                "in a cloud: make a field that proves a message yours, and print"
                                        + " it once"),
                        "secretHeader"),
                entry(
                        Option.flag(
                                "--aligned-dkim",
                                "in a cloud: a DKIM signature of your own domain proves it, too"),
                        "alignedDkim"),
                entry(Option.flag("--all-mail", "seal every message, marked or not"), "allMail"),
                entry(
                        Option.of(
                                "--next-hop",
                                "HOST:PORT",
                                "pass unmarked mail on to it instead of refusing it"),
                        "nextHop"),
                entry(
                        Option.flag(
                                "--envelope-sender-only",
                                "judge MAIL FROM alone, not the From field"),
                        "envelopeSenderOnly"));
    }

    @Override
    public List<Option> options() {
        List<Option> options = new ArrayList<>(RunningPostern.options());
        fields.keySet().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .forEach(options::add);
        return options;
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException, CommandFailedException, InterruptedException {
        Map<String, Object> body = new TreeMap<>();
        for (Map.Entry<Option, String> field : fields.entrySet()) {
            if (field.getKey().value().isEmpty()) {
                body.put(field.getValue(), arguments.has(field.getKey()));
            } else {
                arguments
                        .find(field.getKey())
                        .ifPresent(value -> body.put(field.getValue(), value));
            }
        }
        Optional<Path> authority = arguments.findPath(CLIENT_CA);
        if (fields.containsKey(CLIENT_CA) && authority.isPresent()) {
            body.put(fields.get(CLIENT_CA), content(authority.get()));
        }
        body.putIfAbsent("host", arguments.text(HOST));
        if (!operands.isEmpty()) {
            body.put("connector", arguments.operand(0));
        }
        ControlClient.Answer answer =
                new ControlClient(RunningPostern.find(arguments)).post("/control/" + what, body);
        Done done = answer.required().as(Done.class);
        console.say(done.id());
        if (done.password() != null) {
            console.say("user name " + done.id());
            console.say("password " + done.password());
            console.say("The password is not kept and will not be shown again.");
        }
        if (done.secretHeader() != null) {
            console.say("X-Postern-Connector: " + done.secretHeader());
            console.say(
                    "Have every message carry this field. It is not kept and will not be shown"
                            + " again.");
        }
        return 0;
    }

    /// In base64. The running Postern may not be able to read the administrator's files.
    private static String content(Path file) throws CommandFailedException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw new CommandFailedException(
                        "the file of " + CLIENT_CA.name() + " is too large for certificates.");
            }
            return Base64.getEncoder().encodeToString(bytes);
        } catch (IOException e) {
            throw new CommandFailedException(
                    "the file of " + CLIENT_CA.name() + " cannot be read: " + file + ".");
        }
    }

    private record Done(String id, @Nullable String password, @Nullable String secretHeader) {}
}
