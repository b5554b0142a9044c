package org.postern.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postern.crypto.DkimKey;
import org.postern.notifications.dkim.DkimIdentity;
import org.postern.server.cli.Arguments;
import org.postern.server.cli.Command;
import org.postern.server.cli.CommandFailedException;
import org.postern.server.cli.Console;
import org.postern.server.cli.Option;
import org.postern.server.cli.UsageException;

/// `dkim`: makes a key that signs our mail of a domain, and says what its name server has to know.
/// Needs no running Postern.
final class DkimCommand implements Command {

    private static final Option DOMAIN =
            Option.of("--domain", "DOMAIN", "from which our mail is sent");

    private static final Option SELECTOR =
            Option.of("--selector", "NAME", "under which the domain publishes this key")
                    .standard("postern");

    private static final Option ALGORITHM =
            Option.of(
                            "--algorithm",
                            "NAME",
                            "rsa, which every receiver knows, or ed25519; best one key of each,"
                                    + " with selectors of their own")
                    .standard("rsa");

    private static final Option OUT = Option.of("--out", "FILE", "where to write the private key");

    /// A string in a TXT record has 255 octets (RFC 1035, section 3.3).
    private static final Pattern STRING = Pattern.compile(".{1,255}");

    private final SecureRandom random;

    DkimCommand(SecureRandom random) {
        this.random = random;
    }

    @Override
    public String name() {
        return "dkim";
    }

    @Override
    public String summary() {
        return "make a key that signs our mail, and print its DNS record";
    }

    @Override
    public List<Option> options() {
        return List.of(DOMAIN, SELECTOR, ALGORITHM, OUT);
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException, CommandFailedException {
        String domain = arguments.text(DOMAIN).toLowerCase(Locale.ROOT);
        String selector = arguments.text(SELECTOR).toLowerCase(Locale.ROOT);
        Path out = arguments.path(OUT);
        DkimKey.Algorithm algorithm = algorithm(arguments.text(ALGORITHM));
        if (!DkimIdentity.isName(domain) || !DkimIdentity.isName(selector)) {
            throw new UsageException("--domain and --selector are names, such as example.com.");
        }
        DkimIdentity identity =
                new DkimIdentity(domain, selector, DkimKey.generate(algorithm, random));
        write(out, DkimKeys.pem(identity.key()));
        console.say("The private key is in " + out + ". Publish this record:");
        console.say("");
        console.say(identity.recordName() + ". IN TXT " + quoted(identity.key().record()));
        console.say("");
        console.say(
                "Once it is there: ./postern up --dkim-key " + domain + ":" + selector + ":" + out);
        return 0;
    }

    private static DkimKey.Algorithm algorithm(String word) throws UsageException {
        return Arrays.stream(DkimKey.Algorithm.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new UsageException("--algorithm is rsa or ed25519."));
    }

    private static String quoted(String record) {
        return STRING.matcher(record)
                .results()
                .map(part -> "\"" + part.group() + "\"")
                .collect(Collectors.joining(" "));
    }

    /// For its owner alone, and never over another.
    private static void write(Path file, String pem) throws CommandFailedException {
        try (FileChannel written =
                FileChannel.open(
                        file,
                        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(pem.getBytes(US_ASCII));
            while (bytes.hasRemaining()) {
                written.write(bytes);
            }
            written.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailedException(file + " is there already.", e);
        } catch (IOException e) {
            throw new CommandFailedException(file + " cannot be written.", e);
        }
    }
}
