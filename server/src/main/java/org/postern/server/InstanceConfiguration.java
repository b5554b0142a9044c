package org.postern.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.postern.keys.remote.Identity;
import org.postern.mail.door.Door;
import org.postern.server.embedded.StartRefusedException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The name and the keys of this process itself: all roles but `keys` alone.
@Configuration(proxyBeanMethods = false)
class InstanceConfiguration {

    @Bean
    Door door(HouseParts parts, ObjectProvider<Identity> identity, Clock clock, SecureRandom random)
            throws IOException, StartRefusedException {
        Path folder = parts.folder().keys().resolve("door");
        Files.createDirectories(folder);
        Identity known = identity.getIfAvailable();
        Door door =
                Door.open(
                        folder, Optional.ofNullable(known).map(Identity::instance), clock, random);
        if (known != null && !known.instance().equals(door.instance())) {
            throw new StartRefusedException(
                    "the data folder is of the instance "
                            + door.instance()
                            + ", and --keys-identity of another. Invite this one by its name, or"
                            + " choose another folder with --data.");
        }
        return door;
    }
}
