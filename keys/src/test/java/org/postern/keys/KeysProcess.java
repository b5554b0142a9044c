package org.postern.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.postern.keys.provider.CallerAuthority;
import org.postern.keys.remote.Identity;
import org.postern.keys.remote.KeysConnection;
import org.postern.keys.remote.KeysServer;

/// The keys behind HTTPS on this machine, and callers with certificates of their authority.
public final class KeysProcess implements AutoCloseable {

    private final KeyScene inside;
    private final CallerAuthority callers;
    private final KeysServer server;

    /// @param keys which the server answers from
    private KeysProcess(KeyScene inside, KeyService keys) {
        this.inside = inside;
        this.callers = newAuthority(inside);
        try {
            this.server =
                    KeysServer.start(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            Identity.parse(callers.listener(List.of("localhost", "127.0.0.1"))),
                            keys,
                            inside.authority(),
                            inside.clock());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static KeysProcess of(KeyScene inside) {
        return new KeysProcess(inside, inside.keys());
    }

    static KeysProcess of(KeyScene inside, KeyService keys) {
        return new KeysProcess(inside, keys);
    }

    /// An authority that nobody else has.
    public static CallerAuthority newAuthority(KeyScene scene) {
        try {
            Path folder = Files.createTempDirectory("callers");
            Path file = folder.resolve("callers.p12");
            CallerAuthority made =
                    CallerAuthority.openOrCreate(
                            file, "secret".toCharArray(), Clock.systemUTC(), scene.random());
            Files.delete(file);
            Files.delete(folder);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI url() {
        return URI.create("https://localhost:" + server.port());
    }

    public Identity caller(String instance, Role... roles) {
        try {
            return Identity.parse(callers.invite(instance, Set.of(roles)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public KeysConnection connect(String instance, Role... roles) {
        return KeysConnection.to(url(), caller(instance, roles));
    }

    /// The scene as a caller in another process has it.
    ///
    /// @param authority of whoever seals
    KeyScene from(KeysConnection caller, Authority authority) {
        return new KeyScene(
                caller.service(),
                authority,
                inside.clock(),
                inside.random(),
                inside.mail(),
                inside.shredding());
    }

    @Override
    public void close() {
        server.close();
    }
}
