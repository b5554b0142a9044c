package org.postern.server.embedded;

import java.util.Locale;

/// The machine we run on, as the archives name it. Linux on x86-64 is tried; the others are built
/// and were never run.
///
/// @param postgresArchive name of the archive in the jar of PostgreSQL's binaries
/// @param redisProgram name of the program in the jar of Redis' binaries
record Platform(String postgresArchive, String redisProgram) {

    static Platform current() throws StartRefusedException {
        return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    static Platform of(String osName, String osArch) throws StartRefusedException {
        String system = osName.toLowerCase(Locale.ROOT);
        boolean arm = osArch.equals("aarch64");
        boolean intel = osArch.equals("amd64") || osArch.equals("x86_64");
        if (system.equals("linux") && intel) {
            return new Platform("postgres-linux-x86_64.txz", "redis-server-6.2.6-v5-linux-amd64");
        }
        if (system.equals("linux") && arm) {
            return new Platform("postgres-linux-arm_64.txz", "redis-server-6.2.7-linux-arm64");
        }
        if (system.startsWith("mac") && intel) {
            return new Platform("postgres-darwin-x86_64.txz", "redis-server-6.2.6-v5-darwin-amd64");
        }
        if (system.startsWith("mac") && arm) {
            return new Platform("postgres-darwin-arm_64.txz", "redis-server-6.2.6-v5-darwin-arm64");
        }
        throw new StartRefusedException(
                "there is no PostgreSQL for "
                        + osName
                        + " on "
                        + osArch
                        + " in this build. Run Postern on Linux or macOS (x86-64 or arm64).");
    }
}
