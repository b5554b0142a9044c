package org.postern.server;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.store.NoticeRules;

/// The organisation with which a newcomer tries things: mail from this machine, over TLS, without a
/// password.
final class Demo {

    private final Provisioning provisioning;

    Demo(Provisioning provisioning) {
        this.provisioning = provisioning;
    }

    /// Sets it up where nothing was ever set up.
    void setUpIfEmpty() throws IOException, OpeningFailedException {
        if (!provisioning.isEmpty()) {
            return;
        }
        try {
            provisioning.createTenant(
                    "Example Clinic",
                    "localhost",
                    Optional.of("encrypt.example.com"),
                    NoticeRules.DEFAULT); // each sample is told at once
            provisioning.addDomain("localhost", "example.com");
            provisioning.addConnector(
                    "localhost",
                    new Provisioning.NewConnector(
                            "This machine",
                            List.of("127.0.0.0/8", "::1/128"),
                            false,
                            List.of(),
                            false,
                            false,
                            Optional.empty(),
                            List.of(),
                            false,
                            false,
                            AskedAuthority.NONE));
        } catch (Provisioning.RefusedException e) {
            throw new IllegalStateException("the demo's own names were refused", e);
        }
    }
}
