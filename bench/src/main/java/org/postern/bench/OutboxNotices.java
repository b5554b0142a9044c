package org.postern.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Notices in the demo's outbox; each counts from when its file got its name.
final class OutboxNotices implements Notices {

    private static final Pattern TO = Pattern.compile("(?m)^To: .*?([^\\s<>]+@[^\\s<>]+)");

    private final Path folder;
    private final Set<Path> read = new HashSet<>();
    private final Map<String, Instant> told = new HashMap<>();

    OutboxNotices(Path folder) {
        this.folder = folder;
    }

    @Override
    public Map<String, Instant> told() throws IOException {
        try (DirectoryStream<Path> mails = Files.newDirectoryStream(folder, "*.eml")) {
            for (Path mail : mails) {
                if (read.add(mail)) {
                    Matcher to = TO.matcher(Files.readString(mail, UTF_8));
                    if (to.find()) {
                        // the time of the last change to the file's name, where the system keeps
                        // one
                        FileTime time = (FileTime) Files.getAttribute(mail, "unix:ctime");
                        told.put(to.group(1), time.toInstant());
                    }
                }
            }
        } catch (NoSuchFileException e) {
            return Map.of(); // made when the first mail comes
        }
        return Map.copyOf(told);
    }

    @Override
    public void close() {}
}
