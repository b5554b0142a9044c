package org.postern.server.cli;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.keys.Role;

/// Which roles this process has, and how it finds what the other roles' processes have.
///
/// @param roles at least one
/// @param keysPort where other processes ask for keys; nobody does if there is none
/// @param keysHosts names by which they call, besides this machine's own
/// @param keysUrl where the keys are asked for, if another process has them
/// @param keysIdentity key and certificate that this process shows there
/// @param blobs folder of sealed objects that the processes share; under the data folder if there
///   is none
public record RoleOptions(
        Set<Role> roles,
        Optional<Integer> keysPort,
        List<String> keysHosts,
        Optional<URI> keysUrl,
        Optional<Path> keysIdentity,
        Optional<Path> blobs) {

    static final Option ROLES =
            Option.of(
                            "--roles",
                            "ROLES",
                            "what this process is, of intake,worker,portal,keys; without it all of"
                                    + " them")
                    .variable("POSTERN_ROLES");

    static final Option KEYS_PORT =
            Option.of("--keys-port", "PORT", "where other processes ask this one for keys")
                    .variable("POSTERN_KEYS_PORT");

    static final Option KEYS_HOST =
            Option.of(
                            "--keys-host",
                            "NAMES",
                            "by which they call it, besides localhost and the address of --bind")
                    .variable("POSTERN_KEYS_HOST");

    static final Option KEYS_URL =
            Option.of(
                            "--keys-url",
                            "URL",
                            "https://HOST:PORT of the process that has the keys, if it is not this"
                                    + " one")
                    .variable("POSTERN_KEYS_URL");

    static final Option KEYS_IDENTITY =
            Option.of(
                            "--keys-identity",
                            "FILE",
                            "by which this process is known there, as keys invite made it")
                    .variable("POSTERN_KEYS_IDENTITY");

    static final Option BLOBS =
            Option.of(
                            "--blobs",
                            "DIR",
                            "folder of sealed objects that the processes of all roles share")
                    .variable("POSTERN_BLOBS");

    static List<Option> all() {
        return List.of(ROLES, KEYS_PORT, KEYS_HOST, KEYS_URL, KEYS_IDENTITY, BLOBS);
    }

    public RoleOptions {
        roles = Set.copyOf(roles);
        keysHosts = List.copyOf(keysHosts);
    }

    static RoleOptions of(Arguments arguments) throws UsageException {
        RoleOptions options =
                new RoleOptions(
                        parse(arguments.find(ROLES)),
                        arguments.findPort(KEYS_PORT),
                        words(arguments.find(KEYS_HOST)),
                        url(arguments),
                        arguments.findPath(KEYS_IDENTITY),
                        arguments.findPath(BLOBS));
        options.requireAWayToTheKeys();
        options.requireSharedBlobs();
        return options;
    }

    /// Reads a list such as `intake,worker`; none is all.
    ///
    /// @throws UsageException if a word is no role
    public static Set<Role> parse(Optional<String> text) throws UsageException {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String word : words(text)) {
            roles.add(
                    Arrays.stream(Role.values())
                            .filter(role -> role.text().equals(word))
                            .findFirst()
                            .orElseThrow(() ->
                                    new UsageException(
                                            "\""
                                                    + word
                                                    + "\" is no role. There are intake, worker,"
                                                    + " portal and keys.")));
        }
        return roles.isEmpty() ? EnumSet.allOf(Role.class) : roles;
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }

    /// Whether one process is everything.
    public boolean isAll() {
        return roles.size() == Role.values().length;
    }

    /// Whether this process seals: it is a door.
    public boolean isDoor() {
        return has(Role.INTAKE) || has(Role.PORTAL);
    }

    /// Every name by which this process is called when it is asked for keys.
    public List<String> keysNames(InetAddress bind) {
        List<String> names = new ArrayList<>(List.of("localhost", "127.0.0.1", "::1"));
        if (!bind.isLoopbackAddress() && !bind.isAnyLocalAddress()) {
            names.add(bind.getHostAddress());
        }
        names.addAll(keysHosts);
        return names;
    }

    private void requireAWayToTheKeys() throws UsageException {
        if (has(Role.KEYS)) {
            if (keysUrl.isPresent() || keysIdentity.isPresent()) {
                throw new UsageException(
                        "this process has the role keys, so it asks nobody else for them: leave"
                                + " --keys-url and --keys-identity out.");
            }
            return;
        }
        if (keysPort.isPresent()) {
            throw new UsageException("--keys-port is of a process with the role keys.");
        }
        if (keysUrl.isEmpty() || keysIdentity.isEmpty()) {
            throw new UsageException("without the role keys, set --keys-url and --keys-identity.");
        }
        if (!Files.isReadable(keysIdentity.get())) {
            throw new UsageException("--keys-identity cannot be read: " + keysIdentity.get() + ".");
        }
    }

    /// An object that intake and worker keep in folders of their own would never be delivered.
    private void requireSharedBlobs() throws UsageException {
        boolean all = has(Role.INTAKE) && has(Role.WORKER) && has(Role.PORTAL);
        boolean none = roles.equals(Set.of(Role.KEYS));
        if (!all && !none && blobs.isEmpty()) {
            throw new UsageException(
                    "intake, worker and portal share the folder of sealed objects: set --blobs.");
        }
    }

    private static Optional<URI> url(Arguments arguments) throws UsageException {
        Optional<String> text = arguments.find(KEYS_URL);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI url = URI.create(text.get());
            if ("https".equals(url.getScheme())
                    && url.getHost() != null
                    && url.getPort() > 0
                    && url.getRawPath().isEmpty()
                    && url.getRawQuery() == null) {
                return Optional.of(url);
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new UsageException("--keys-url wants https://HOST:PORT, not \"" + text.get() + "\".");
    }

    private static List<String> words(Optional<String> text) {
        return text.stream()
                .flatMap(list -> Arrays.stream(list.split(",", -1)))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
