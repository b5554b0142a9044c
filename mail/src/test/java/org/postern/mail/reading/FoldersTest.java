package org.postern.mail.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.MessageId;
import org.postern.db.store.PagePosition;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;

class FoldersTest {

    @TempDir private Path folder;

    @Test
    void everyMessageIsOnOnePageHoweverManyComeInBetween() throws Exception {
        TestSite site = new TestSite(folder);
        MailSystem system = site.start();
        List<MessageId> all = new ArrayList<>();
        for (int i = 0; i < 105; i++) {
            if (i % 3 == 0) {
                site.clock().advance(Duration.ofMillis(1));
            }
            all.add(system.accept(site.envelope(), TestSite.plain("number " + i, "text")));
        }
        system.emptySpool();
        while (site.count("message") < all.size()) {
            system.deliver();
        }
        Reader patient = system.signIn(PATIENT);
        Reader nurse = system.signIn(NURSE);

        List<MessageId> seen = new ArrayList<>();
        FolderPage page = system.folders().page(patient, Folder.INBOX, Optional.empty());
        assertThat(page.unopened()).isEqualTo(105);
        while (true) {
            page.rows().forEach(row -> seen.add(row.id()));
            Optional<PagePosition> next = page.next();
            if (next.isEmpty()) {
                break;
            }
            assertThat(page.rows()).hasSize(50);
            site.clock().advance(Duration.ofMillis(1));
            system.bring(site.envelope(), TestSite.plain("in between", "text"));
            page = system.folders().page(patient, Folder.INBOX, next);
        }

        assertThat(seen).hasSize(105).doesNotHaveDuplicates().containsAll(all);
        assertThat(system.folders().page(nurse, Folder.SENT, Optional.empty()).rows())
                .hasSize(50)
                .allMatch(MessageRow::sent);
        assertThat(system.folders().page(nurse, Folder.INBOX, Optional.empty()).rows()).isEmpty();
    }
}
