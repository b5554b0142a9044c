package org.postern.notifications.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.EmailAddress;
import org.postern.db.Step;
import org.postern.db.Steps;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The demo's relay: keeps each mail as a file, readable by its owner alone, for [Outbox] to show.
/// Thread-safe.
public final class OutboxMail implements OutgoingMail {

    private static final Logger log = LoggerFactory.getLogger(OutboxMail.class);

    private final Path folder;
    private final UuidV7 names;
    private final Steps steps;

    /// @param folder made when the first mail comes
    public OutboxMail(Path folder, Clock clock, SecureRandom random, Steps steps) {
        this.folder = folder;
        this.names = new UuidV7(clock, random);
        this.steps = steps;
    }

    @Override
    public Handed hand(OutgoingMessage message) {
        String name = names.next().toString();
        Path unfinished = folder.resolve(name + ".tmp");
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            try (FileChannel file =
                    FileChannel.open(
                            unfinished,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")))) {
                for (byte[] bytes :
                        List.of(returnPath(message), message.content().readAllBytes())) {
                    ByteBuffer content = ByteBuffer.wrap(bytes);
                    while (content.hasRemaining()) {
                        file.write(content);
                    }
                }
                file.force(true);
            }
            Files.move(
                    unfinished,
                    folder.resolve(name + Outbox.SUFFIX),
                    StandardCopyOption.ATOMIC_MOVE);
            forceDirectory();
        } catch (IOException e) {
            log.warn("outbox not writable: reason={}", e.getClass().getSimpleName());
            return new Handed.Deferred("outbox-not-writable");
        }
        steps.reached(Step.MAIL_HANDED_OVER);
        return new Handed.Accepted();
    }

    /// Whoever delivers a mail for good writes down where it came from (RFC 5321, section 4.4).
    private static byte[] returnPath(OutgoingMessage message) {
        return ("Return-Path: <"
                        + message.reversePath().map(EmailAddress::text).orElse("")
                        + ">\r\n")
                .getBytes(UTF_8);
    }

    private void forceDirectory() throws IOException {
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
