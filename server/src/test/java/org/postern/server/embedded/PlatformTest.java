package org.postern.server.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, postgres-linux-x86_64.txz",
        "Linux, aarch64, postgres-linux-arm_64.txz",
        "Mac OS X, x86_64, postgres-darwin-x86_64.txz",
        "Mac OS X, aarch64, postgres-darwin-arm_64.txz"
    })
    void everyMachineHasItsArchive(String name, String architecture, String archive)
            throws Exception {
        assertThat(Platform.of(name, architecture).postgresArchive()).isEqualTo(archive);
        assertThat(
                        PlatformTest.class.getResource(
                                "/" + Platform.of(name, architecture).redisProgram()))
                .isNotNull();
    }

    @Test
    void anotherMachineIsSaidInOneSentence() {
        assertThatThrownBy(() -> Platform.of("Windows 11", "amd64"))
                .isInstanceOf(StartRefusedException.class)
                .hasMessage(
                        "there is no PostgreSQL for Windows 11 on amd64 in this build. Run Postern"
                                + " on Linux or macOS (x86-64 or arm64).");
    }
}
