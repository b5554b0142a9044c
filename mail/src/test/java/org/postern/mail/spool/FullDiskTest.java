package org.postern.mail.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.MessageId;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;

/// A real disk of 8 MB that fills up (promises P1 and P2). Mounting one takes root.
class FullDiskTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private boolean mounted;

    @BeforeEach
    void mountASmallDisk() throws Exception {
        site = new TestSite(folder);
        mounted = run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", site.spool().toString());
        assumeTrue(mounted, "mounting a small disk takes root");
        system = site.start();
    }

    @AfterEach
    void unmountIt() throws Exception {
        if (mounted) {
            assertThat(run("umount", "--lazy", site.spool().toString())).isTrue();
        }
    }

    @Test
    void aMessageIsNotAcceptedWhenTheDiskIsFull() throws Exception {
        assertThatThrownBy(() -> system.accept(site.envelope(), new byte[9 << 20]))
                .isInstanceOf(IOException.class);

        assertThat(system.entries()).isEmpty();
        assertThat(system.spool().waiting()).isZero();
    }

    @Test
    void messagesAreTakenAgainOnceThereIsRoom() throws Exception {
        byte[] content = TestSite.plain("fits", "x".repeat(3 << 20));
        MessageId first = system.accept(site.envelope(), content);
        MessageId second = system.accept(site.envelope(), content);
        assertThatThrownBy(() -> system.accept(site.envelope(), content))
                .isInstanceOf(IOException.class);

        system.emptySpool();
        MessageId third = system.accept(site.envelope(), content);
        system.emptySpool();
        system.deliver();

        assertThat(system.inbox(system.signIn(TestSite.PATIENT)))
                .extracting(row -> row.id())
                .containsExactlyInAnyOrder(first, second, third);
    }

    @Test
    void theFloorIsTheDisks() throws Exception {
        Spool floored =
                new Spool(
                        site.spool(), system.door(), site.clock(), site.random(), _ -> {}, 4 << 20);
        assertThat(floored.hasRoom()).isTrue();

        Files.write(site.spool().resolve("filling"), new byte[5 << 20]);

        assertThat(floored.hasRoom()).isFalse();
        assertThatThrownBy(() -> floored.begin(site.envelope()))
                .isInstanceOf(SpoolFullException.class);
    }

    private static boolean run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() == 0;
    }
}
