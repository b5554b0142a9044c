package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.KeyGenerator;

/// Debian's SoftHSM, downloaded and unpacked but not installed, with three tokens. It is configured
/// by a file that the environment names, and loaded once for all tests of this process.
final class SoftHsm {

    /// Of the tokens' user.
    static final String PIN = "softhsm-user-pin-5678";

    /// Of the token for whoever needs one.
    static final String LABEL = "stays";

    private static final Pattern SLOT = Pattern.compile("reassigned to slot ([0-9]+)");
    private static final Path FOLDER =
            requireNonNull(Path.of(System.getenv("SOFTHSM2_CONF")).getParent());
    private static final Path TOKENS = FOLDER.resolve("tokens");

    private static final class Holder {
        static final SoftHsm SHARED = start();
    }

    private final Path library;
    private final Path pinFile;
    private final Token stays;
    private final Token goes;
    private final Token unused;

    private SoftHsm(Path library, Path pinFile, Token stays, Token goes, Token unused) {
        this.library = library;
        this.pinFile = pinFile;
        this.stays = stays;
        this.goes = goes;
        this.unused = unused;
    }

    /// @param files where it keeps its objects
    record Token(long slot, Path files) {}

    static SoftHsm shared() {
        return Holder.SHARED;
    }

    Path library() {
        return library;
    }

    Path pinFile() {
        return pinFile;
    }

    /// A token for whoever needs one.
    Token token() {
        return stays;
    }

    /// A token for one test, which takes it away.
    Token tokenThatGoes() {
        return goes;
    }

    /// A token into which nobody in this process has signed in, for one test.
    Token tokenNobodyUsed() {
        return unused;
    }

    /// Makes an AES-256 key in the token, as `keytool -genseckey` does.
    void createKey(Token token, String label) throws GeneralSecurityException, IOException {
        Provider provider =
                Security.getProvider("SunPKCS11")
                        .configure(
                                "--name = test\nlibrary = %s\nslot = %d\n"
                                        .formatted(library, token.slot()));
        KeyStore keys = KeyStore.getInstance("PKCS11", provider);
        keys.load(null, PIN.toCharArray());
        KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
        generator.init(256);
        keys.setEntry(label, new KeyStore.SecretKeyEntry(generator.generateKey()), null);
    }

    void takeAway(Token token) throws IOException {
        deleteAll(token.files());
    }

    private static SoftHsm start() {
        try {
            Files.createDirectories(FOLDER);
            Path files = unpacked();
            deleteAll(TOKENS);
            Files.createDirectories(TOKENS);
            Files.writeString(
                    FOLDER.resolve("softhsm2.conf"),
                    "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n"
                            .formatted(TOKENS));
            Path library = find(files, "libsofthsm2.so");
            Path program = find(files, "softhsm2-util");
            // All before the library is loaded: it does not see tokens that others make later.
            Token stays = initialise(program, library, LABEL);
            Token goes = initialise(program, library, "goes");
            Token unused = initialise(program, library, "unused");
            return new SoftHsm(
                    library,
                    Files.writeString(FOLDER.resolve("pin"), PIN + "\n"),
                    stays,
                    goes,
                    unused);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Token initialise(Path program, Path library, String label)
            throws IOException, InterruptedException {
        List<Path> before = list(TOKENS);
        String said =
                run(
                        program.toString(),
                        "--module",
                        library.toString(),
                        "--init-token",
                        "--free",
                        "--label",
                        label,
                        "--so-pin",
                        "12345678",
                        "--pin",
                        PIN);
        Matcher slot = SLOT.matcher(said);
        if (!slot.find()) {
            throw new IOException("no slot in: " + said);
        }
        List<Path> made = new ArrayList<>(list(TOKENS));
        made.removeAll(before);
        return new Token(Long.parseLong(slot.group(1)), made.getFirst());
    }

    private static Path unpacked() throws IOException, InterruptedException {
        Path files = FOLDER.resolve("files");
        if (Files.isDirectory(files)) {
            return files;
        }
        Path half = Files.createTempDirectory(FOLDER, "unpacking");
        for (String name : List.of("libsofthsm2", "softhsm2")) {
            Path folder = Files.createTempDirectory(FOLDER, "download");
            String[] download = {"env", "--chdir=" + folder, "apt-get", "-qq", "download", name};
            try {
                run(download);
            } catch (IOException unknown) {
                run("apt-get", "-qq", "update"); // a new machine knows no packages
                run(download);
            }
            run("dpkg-deb", "-x", list(folder).getFirst().toString(), half.toString());
        }
        return Files.move(half, files);
    }

    private static Path find(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith(name) && Files.isRegularFile(file))
                    .findFirst()
                    .orElseThrow()
                    .toRealPath();
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList().reversed()) {
                Files.delete(file);
            }
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + said);
        }
        return said;
    }
}
