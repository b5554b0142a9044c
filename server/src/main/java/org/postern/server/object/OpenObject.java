package org.postern.server.object;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.postern.crypto.Content;
import org.postern.crypto.ContentDamagedException;
import org.postern.crypto.Opener;
import org.postern.crypto.SealedSource;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.server.cli.Arguments;
import org.postern.server.cli.Command;
import org.postern.server.cli.CommandFailedException;
import org.postern.server.cli.Console;
import org.postern.server.cli.Operand;
import org.postern.server.cli.Option;
import org.postern.server.cli.UsageException;

/// `open-object`: opens what `export-object` wrote. Needs no running Postern, no database and no
/// network.
public final class OpenObject implements Command {

    /// It does not open; 1 and 2 are for what is wrong with the command. Why it does not is not
    /// said: docs/format.md, section 1.
    private static final int REFUSED = 3;

    /// No key file is longer.
    private static final int KEY_FILE_BYTES = 4096;

    private static final Operand FILE = new Operand("FILE", "the sealed object, as it is stored");

    private static final Option KEY =
            Option.of("--key", "FILE", "its key, as export-object wrote it");

    private static final Option OUT =
            Option.of("--out", "FILE", "where to write the message, as it was received");

    private static final Option AUTHORITY =
            Option.of("--authority", "KEY", "believe no other authority than this one");

    @Override
    public String name() {
        return "open-object";
    }

    @Override
    public String summary() {
        return "open an exported message offline";
    }

    @Override
    public List<Operand> operands() {
        return List.of(FILE);
    }

    @Override
    public List<Option> options() {
        return List.of(KEY, OUT, AUTHORITY);
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException, CommandFailedException {
        Path file = Path.of(arguments.operand(0));
        Path out = arguments.path(OUT);
        Path keyFile = arguments.path(KEY);
        Optional<String> authority = arguments.find(AUTHORITY);
        ObjectKey key = key(keyFile);
        List<String> keys =
                key.authority().keys().stream()
                        .map(each -> HexFormat.of().formatHex(each.toBytes()))
                        .toList();
        String ours = keys.getLast();
        if (authority.isPresent() && !keys.contains(authority.get())) {
            return refused(console, "its key file names another authority.");
        }
        try (SealedSource source =
                SealedSource.of(FileChannel.open(file, StandardOpenOption.READ))) {
            ObjectHeader header = Opener.header(source);
            key.certificate().verify(key.authority(), header);
            long bytes = write(source, key, out);
            console.say("OK  " + bytes + " bytes written to " + out);
            console.say("OK  sealed by " + header.instance() + " at " + header.created());
            console.say("OK  which the authority " + ours + " vouches for");
            if (authority.isEmpty()) {
                console.say(
                        "The key file itself names this authority. Compare it with the one you"
                                + " know, or give that with --authority.");
            }
            return 0;
        } catch (OpeningFailedException | ContentDamagedException e) {
            return refused(console, "it is not what was sealed, or not with this key.");
        } catch (IOException e) {
            throw new CommandFailedException(
                    file + " cannot be read, or " + out + " cannot be written.", e);
        }
    }

    private static int refused(Console console, String sentence) {
        console.say("DOES NOT OPEN  " + sentence);
        return REFUSED;
    }

    private static ObjectKey key(Path file) throws CommandFailedException {
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(KEY_FILE_BYTES), US_ASCII);
        } catch (IOException e) {
            throw new CommandFailedException(file + " cannot be read.", e);
        }
        return ObjectKey.parse(text)
                .orElseThrow(() -> new CommandFailedException(file + " is no key of an object."));
    }

    /// The file is there when all of it has opened, and for its owner alone.
    private static long write(SealedSource source, ObjectKey key, Path out)
            throws IOException, OpeningFailedException {
        Path part = out.resolveSibling(out.getFileName() + ".part");
        Files.deleteIfExists(part);
        try (Content content =
                        Opener.open(
                                source,
                                key.tenant(),
                                key.object(),
                                key.dataKey(),
                                key.certificate().key());
                InputStream in = content.stream();
                OutputStream written =
                        Channels.newOutputStream(
                                FileChannel.open(
                                        part,
                                        EnumSet.of(
                                                StandardOpenOption.CREATE_NEW,
                                                StandardOpenOption.WRITE),
                                        PosixFilePermissions.asFileAttribute(
                                                PosixFilePermissions.fromString("rw-------"))))) {
            long bytes = in.transferTo(written);
            Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
            return bytes;
        } catch (IOException | OpeningFailedException e) {
            Files.deleteIfExists(part);
            throw e;
        }
    }
}
