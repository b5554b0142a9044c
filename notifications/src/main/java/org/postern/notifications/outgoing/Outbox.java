package org.postern.notifications.outgoing;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The demo's outbox, to look at. Only our own mail is in it. Thread-safe.
public final class Outbox {

    static final String SUFFIX = ".eml";

    private static final Pattern NAME =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\\.eml");
    private static final Pattern LINK = Pattern.compile("https?://[^\\s<>\"]+");
    private static final Session PLAIN = Session.getInstance(utf8());

    private final Path folder;

    public Outbox(Path folder) {
        this.folder = folder;
    }

    /// The newest mails, newest first.
    public List<OutboxEntry> list(int most) throws IOException {
        List<String> names;
        try (Stream<Path> files = Files.list(folder)) {
            names =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> NAME.matcher(name).matches())
                            .sorted(Comparator.reverseOrder())
                            .limit(most)
                            .toList();
        } catch (NoSuchFileException nothingYet) {
            return List.of();
        }
        List<OutboxEntry> entries = new ArrayList<>();
        for (String name : names) {
            read(name).map(OutboxLetter::entry).ifPresent(entries::add);
        }
        return entries;
    }

    /// One mail, by the name it has in the list; empty if there is none.
    public Optional<OutboxLetter> read(String name) throws IOException {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        try (InputStream file = Files.newInputStream(folder.resolve(name))) {
            return Optional.of(letter(name, new MimeMessage(PLAIN, file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (MessagingException e) {
            throw new IOException("not a mail of ours: " + name, e);
        }
    }

    private static OutboxLetter letter(String name, MimeMessage mail)
            throws MessagingException, IOException {
        String text = part(mail.getContent(), "text/plain");
        List<URI> links =
                LINK.matcher(text).results().map(MatchResult::group).map(URI::create).toList();
        return new OutboxLetter(
                new OutboxEntry(
                        name,
                        time(name),
                        shown(mail.getHeader("To", ", ")),
                        Optional.ofNullable(mail.getSubject()).orElse("")),
                shown(mail.getHeader("From", ", ")),
                text,
                part(mail.getContent(), "text/html"),
                links);
    }

    private static String shown(@Nullable String addresses) throws MessagingException {
        return addresses == null
                ? ""
                : Stream.of(InternetAddress.parseHeader(addresses, false))
                        .map(Outbox::shown)
                        .collect(Collectors.joining(", "));
    }

    /// For people: no quotes, no encoding.
    private static String shown(InternetAddress mailbox) {
        return Optional.ofNullable(mailbox.getPersonal())
                .map(name -> name + " <" + mailbox.getAddress() + ">")
                .orElse(mailbox.getAddress());
    }

    private static String part(Object content, String type) throws MessagingException, IOException {
        if (content instanceof MimeMultipart parts) {
            for (int i = 0; i < parts.getCount(); i++) {
                BodyPart part = parts.getBodyPart(i);
                if (part.isMimeType(type)) {
                    return ((String) part.getContent()).replace("\r\n", "\n");
                }
            }
        }
        return "";
    }

    /// A UUIDv7 begins with 48 bits of milliseconds (RFC 9562, section 5.7).
    private static Instant time(String name) {
        UUID id = UUID.fromString(name.substring(0, name.length() - SUFFIX.length()));
        return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    }

    private static Properties utf8() {
        Properties properties = new Properties();
        properties.put("mail.mime.allowutf8", "true");
        return properties;
    }
}
