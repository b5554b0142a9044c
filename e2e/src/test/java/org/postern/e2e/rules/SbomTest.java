package org.postern.e2e.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The jar that runs lists what is in it.
class SbomTest {

    private static final Path JAR = SourceTree.ROOT.resolve("server/target/postern.jar");

    @Test
    void theJarCarriesABillOfItsMaterials() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            ZipEntry entry = jar.getEntry("META-INF/sbom/application.cdx.json");
            assertThat(entry).describedAs("CycloneDX bill in %s", JAR).isNotNull();
            JsonNode bill;
            try (InputStream in = jar.getInputStream(entry)) {
                bill = JsonMapper.shared().readTree(in);
            }
            assertThat(bill.path("bomFormat").asString()).isEqualTo("CycloneDX");
            assertThat(bill.path("metadata").path("component").path("name").asString())
                    .isEqualTo("postern-server");
            Stream<String> names =
                    bill.path("components").valueStream().map(part -> part.path("name").asString());
            assertThat(names)
                    .contains(
                            "postern-crypto",
                            "bcprov-jdk18on",
                            "subethasmtp",
                            "postgresql",
                            "spring-webmvc")
                    .doesNotContain("junit-jupiter", "archunit");
            assertThat(bill.path("components").valueStream())
                    .allSatisfy(part -> assertThat(part.path("version").asString()).isNotEmpty());
        }
    }

    /// Every library inside is on the bill, so that nothing travels unnamed.
    @Test
    void everyLibraryInTheJarIsOnTheBill() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile());
                InputStream in =
                        jar.getInputStream(jar.getEntry("META-INF/sbom/application.cdx.json"))) {
            JsonNode bill = JsonMapper.shared().readTree(in);
            var listed =
                    bill.path("components")
                            .valueStream()
                            .map(part ->
                                    part.path("name").asString()
                                            + "-"
                                            + part.path("version").asString()
                                            + ".jar")
                            .toList();
            var inside =
                    jar.stream()
                            .map(ZipEntry::getName)
                            .filter(name ->
                                    name.startsWith("BOOT-INF/lib/") && name.endsWith(".jar"))
                            .map(name -> name.substring("BOOT-INF/lib/".length()))
                            // Boot's own launcher support, added while packaging
                            .filter(name -> !name.startsWith("spring-boot-jarmode-tools"))
                            .toList();
            assertThat(inside).hasSizeGreaterThan(50);
            assertThat(listed).containsAll(inside);
        }
    }
}
