package org.postern.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.postern.crypto.SpoolSealer;
import org.postern.mail.door.Door;

/// A whole intake in a virtual machine of its own, whose memory can be looked at from outside.
///
/// It tells its secrets masked, so that telling leaves none of them behind.
final class IntakeProcess implements AutoCloseable {

    private static final byte MASK = 0x5a;
    private static final String LISTENS = "listens ";
    private static final String TOLD = "told ";
    private static final String DROPPED = "dropped";

    private final Process process;
    private final BufferedReader said;
    private final BufferedWriter orders;
    private final int port;

    private IntakeProcess(Process process) throws IOException {
        this.process = process;
        this.said = process.inputReader(US_ASCII);
        this.orders = process.outputWriter(US_ASCII);
        this.port = Integer.parseInt(await(LISTENS));
    }

    static IntakeProcess start(Path folder) throws IOException {
        return new IntakeProcess(
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                IntakeProcess.class.getName(),
                                folder.toString())
                        .redirectError(folder.resolve("intake.log").toFile())
                        .start());
    }

    Process process() {
        return process;
    }

    /// SMTP with TLS from the first byte.
    int port() {
        return port;
    }

    /// The secrets of the HPKE context that is in use, and the private half of the spool key, which
    /// only a test has here.
    List<byte[]> secrets() throws IOException {
        order("tell");
        return Arrays.stream(await(TOLD).split(" ", -1)).map(IntakeProcess::unmasked).toList();
    }

    /// Eleven seconds go by at the door, and its timer looks whether a context is stale.
    void dropContext() throws IOException {
        order("drop");
        await(DROPPED);
    }

    private void order(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
    }

    private String await(String beginning) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(beginning)) {
                return line.substring(beginning.length());
            }
        }
        throw new IOException("the intake has ended; see intake.log in its folder");
    }

    @Override
    public void close() throws IOException {
        orders.close();
        process.onExit().join();
    }

    public static void main(String[] folder) throws Exception {
        StandingClock clock = new StandingClock();
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.clock = clock;
        PrintStream out = System.out;
        try (IntakeUnderTest intake = new IntakeUnderTest(Path.of(folder[0]), setup);
                BufferedReader orders =
                        new BufferedReader(new InputStreamReader(System.in, US_ASCII))) {
            out.println(LISTENS + intake.smtpsPort());
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                SpoolSealer sealer = sealer(intake.door());
                switch (order) {
                    case "tell" -> out.println(TOLD + tell(sealer, intake));
                    case "drop" -> {
                        clock.now = clock.now.plus(Duration.ofSeconds(11));
                        sealer.dropStale();
                        out.println(DROPPED);
                    }
                    default -> throw new IllegalArgumentException(order);
                }
            }
        }
    }

    private static SpoolSealer sealer(Door door) {
        return door.standing().orElseThrow().spoolSealer();
    }

    private static String tell(SpoolSealer sealer, IntakeUnderTest intake)
            throws ReflectiveOperationException {
        Object context = field(field(field(sealer, "current"), "sent"), "context");
        Object hpke = field(context, "hpke");
        List<String> masked = new ArrayList<>();
        masked.add(masked((byte[]) field(hpke, "exporterSecret")));
        masked.add(masked((byte[]) field(field(hpke, "aead"), "key")));
        byte[] seed = intake.spoolKey().exportSecret();
        masked.add(masked(seed));
        Arrays.fill(seed, (byte) 0);
        return String.join(" ", masked);
    }

    /// Of this class or of one it extends.
    private static Object field(Object object, String name) throws ReflectiveOperationException {
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return Objects.requireNonNull(field.get(object), name);
                }
            }
        }
        throw new NoSuchFieldException(name);
    }

    private static String masked(byte[] secret) {
        byte[] masked = new byte[secret.length];
        for (int i = 0; i < secret.length; i++) {
            masked[i] = (byte) (secret[i] ^ MASK);
        }
        return Base64.getEncoder().encodeToString(masked);
    }

    private static byte[] unmasked(String text) {
        byte[] secret = Base64.getDecoder().decode(text);
        for (int i = 0; i < secret.length; i++) {
            secret[i] ^= MASK;
        }
        return secret;
    }

    private static final class StandingClock extends Clock {
        private volatile Instant now = Instant.parse("2026-03-02T12:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
