package org.postern.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The yardstick: what `openssl speed` says of AES-256-GCM on this machine in this minute.
///
/// @param version as `openssl version` says it
/// @param megabytesPerSecond in blocks of 16 KiB
record OpensslSpeed(String version, double megabytesPerSecond) {

    private static final Pattern RESULT =
            Pattern.compile("(?m)^AES-256-GCM\\s+([0-9.]+)k$", Pattern.CASE_INSENSITIVE);

    /// Nothing if this machine has no openssl, or one that says it otherwise.
    static Optional<OpensslSpeed> measure(int seconds) throws IOException, InterruptedException {
        try {
            String version = run("openssl", "version").strip();
            String output =
                    run(
                            "openssl",
                            "speed",
                            "-evp",
                            "aes-256-gcm",
                            "-bytes",
                            "16384",
                            "-seconds",
                            String.valueOf(seconds));
            return parse(output).map(megabytes -> new OpensslSpeed(version, megabytes));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// In millions of bytes; openssl counts thousands.
    static Optional<Double> parse(String output) {
        Matcher matcher = RESULT.matcher(output);
        return matcher.find()
                ? Optional.of(Double.parseDouble(matcher.group(1)) / 1000)
                : Optional.empty();
    }

    private static String run(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }
}
