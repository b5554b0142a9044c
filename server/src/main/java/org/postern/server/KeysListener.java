package org.postern.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalInt;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.keys.provider.CallerAuthority;
import org.postern.keys.remote.Identity;
import org.postern.keys.remote.KeysServer;
import org.postern.server.cli.UpOptions;
import org.postern.server.embedded.StartRefusedException;

/// Where other processes ask this one for keys, if the operator wants that.
final class KeysListener implements AutoCloseable {

    private final Optional<KeysServer> server;

    private KeysListener(Optional<KeysServer> server) {
        this.server = server;
    }

    static KeysListener open(
            UpOptions options,
            CallerAuthority callers,
            KeyService keys,
            Authority authority,
            Clock clock)
            throws StartRefusedException {
        Optional<Integer> port = options.roles().keysPort();
        if (port.isEmpty()) {
            return new KeysListener(Optional.empty());
        }
        try {
            return new KeysListener(
                    Optional.of(
                            KeysServer.start(
                                    new InetSocketAddress(options.bind(), port.get()),
                                    Identity.parse(
                                            callers.listener(
                                                    options.roles().keysNames(options.bind()))),
                                    keys,
                                    authority,
                                    clock)));
        } catch (IOException e) {
            throw new StartRefusedException("--keys-port cannot be opened.", e);
        }
    }

    OptionalInt port() {
        return server.map(open -> OptionalInt.of(open.port())).orElseGet(OptionalInt::empty);
    }

    @Override
    public void close() {
        server.ifPresent(KeysServer::close);
    }
}
