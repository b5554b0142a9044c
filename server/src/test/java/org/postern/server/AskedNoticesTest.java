package org.postern.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.db.Language;
import org.postern.db.store.NoticeRules;

class AskedNoticesTest {

    private static final NoticeRules BEFORE = new NoticeRules(Language.FRENCH);

    @Test
    void whatIsNotMentionedStaysAsItWas() throws Exception {
        assertThat(new AskedNotices(Optional.empty()).over(BEFORE)).isEqualTo(BEFORE);
    }

    @Test
    void aLanguageThatWeDoNotWriteIsRefusedWithThoseThatWeDo() {
        assertThatExceptionOfType(Provisioning.RefusedException.class)
                .isThrownBy(() -> new AskedNotices(Optional.of("it")).over(BEFORE))
                .withMessage(
                        "\"it\" is no language of ours: write one of en, de, fr, es, nl, pt, pl,"
                                + " ar.");
    }
}
