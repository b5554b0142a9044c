package org.postern.portal.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.MessageId;
import org.postern.portal.Browser;
import org.postern.portal.LogLines;

/// Somebody who can write to the mail database, and here and there to the key ledger, against a
/// reader's pages (promise P7): each change is answered with the one page that says that nothing
/// can be opened, and is an integrity event in the log; the reader's other mail is unharmed.
class TamperedMailTest {

    private static TamperScene scene;

    @BeforeAll
    static void fourMessages() throws IOException {
        scene = new TamperScene();
    }

    @AfterEach
    void asItWas() throws IOException {
        scene.putRight();
    }

    @AfterAll
    static void itOpensAgain() {
        scene.assertUnharmed(scene.mine);
    }

    @ParameterizedTest
    @CsvSource({
        "slot,0", // version
        "slot,4", // nonce
        "slot,16", // sealed data key
        "slot,63", // its tag
        "slot,-1", // length
        "sealed_summary,0", // no row of ours any more
    })
    void aChangedSlotIsRefused(String column, int place) {
        scene.flip(column, place);

        scene.assertRefused(scene.mine);
    }

    @ParameterizedTest
    @CsvSource({
        "header,0",
        "header,8", // tenant
        "header,24", // object id
        "header,47", // created
        "header,-1",
        "certificate,0",
        "certificate,7", // instance
        "certificate,44", // its public key
        "certificate,76", // not before
        "certificate,150", // the authority's signature
        "certificate,-1",
        "sealed_index,0", // format
        "sealed_index,1", // nonce
        "sealed_index,13", // the index
        "sealed_index,-1",
    })
    void aChangedRowOfAMessageIsRefused(String column, int place) {
        scene.flip(column, place);

        scene.assertRefused(scene.mine);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, -1})
    void aChangedSummaryCostsItsRowInTheFolderAndNothingElse(int place) {
        scene.flip("sealed_summary", place);

        try (LogLines log = new LogLines()) {
            assertThat(scene.browser.get("/inbox").text())
                    .contains("/m/" + scene.second)
                    .doesNotContain("/m/" + scene.mine);
            TamperScene.assertLogged(log, scene.mine);
        }
        assertThat(scene.browser.get("/m/" + scene.mine).text()).contains("Text of Mine");
    }

    @ParameterizedTest
    @CsvSource({
        "slot,second", "slot,hers", "slot,elsewhere",
        "sealed_index,second", "sealed_index,hers", "sealed_index,elsewhere",
        "header,second", "header,hers", "header,elsewhere",
    })
    void whatBelongsToAnotherMessageMailboxOrTenantIsRefused(String column, String which) {
        scene.swap(column, which);

        scene.assertRefused(scene.mine, which.equals("second") ? scene.hers : scene.second);
    }

    @ParameterizedTest
    @ValueSource(strings = {"second", "hers", "elsewhere"})
    void aSummaryInThePlaceOfAnotherIsNotShown(String which) {
        scene.swap("sealed_summary", which);

        try (LogLines log = new LogLines()) {
            assertThat(scene.browser.get("/inbox").text())
                    .doesNotContain("/m/" + scene.mine)
                    .doesNotContain("Hers")
                    .doesNotContain("Elsewhere");
            TamperScene.assertLogged(log, scene.mine);
        }
        assertThat(scene.browser.get("/m/" + scene.mine).text()).contains("Text of Mine");
    }

    @Test
    void aSlotMovedIntoAnotherMailboxOpensNothingThere() {
        MessageId moved = scene.deliver(scene.portal.clinic(), TamperScene.READER, "Moved");
        Browser her = scene.portal.signedIn(TamperScene.OTHER);
        scene.portal
                .mailSql()
                .sql("DELETE FROM timeline_entry WHERE message_id = :moved") // it hangs on the slot
                .param("moved", moved.value())
                .update();
        int changed =
                scene.portal
                        .mailSql()
                        .sql(
                                """
                                UPDATE slot SET mailbox_id = (SELECT mailbox_id FROM slot WHERE message_id = :hers AND received)
                                 WHERE message_id = :moved AND received
                                """)
                        .param("hers", scene.hers.value())
                        .param("moved", moved.value())
                        .update();
        assertThat(changed).isEqualTo(1);

        assertThat(TamperScene.words(her.get("/m/" + moved))).isEqualTo(scene.refusal);
        assertThat(her.get("/inbox").text())
                .contains("/m/" + scene.hers)
                .doesNotContain("/m/" + moved);
        assertThat(scene.browser.get("/m/" + moved).status()).isEqualTo(404);
        assertThat(scene.browser.get("/inbox").text()).contains("/m/" + scene.second);
    }

    @Test
    void aSlotBroughtBackAfterRecallOpensNothing() {
        MessageId recalled =
                scene.deliver(scene.portal.clinic(), TamperScene.READER, "Recalled later");
        String slot = scene.hex("slot", recalled);
        String summary = scene.hex("sealed_summary", recalled);
        assertThat(scene.browser.get("/inbox").text()).contains("/m/" + recalled);
        scene.portal.keys().destroy(scene.portal.clinic(), recalled, Set.of());
        scene.put("slot", recalled, "00".repeat(64));
        scene.put("sealed_summary", recalled, "01" + "00".repeat(40));

        scene.put("slot", recalled, slot);
        scene.put("sealed_summary", recalled, summary);

        assertThat(TamperScene.words(scene.browser.get("/m/" + recalled))).isEqualTo(scene.refusal);
        assertThat(scene.browser.get("/inbox").text())
                .contains("/m/" + scene.second)
                .doesNotContain("/m/" + recalled);
    }

    @Test
    void aShredSecretOfAnotherMessageInTheLedgerIsRefused() {
        MessageId spoilt = scene.deliver(scene.portal.clinic(), TamperScene.READER, "Spoilt");
        scene.portal
                .ledgerSql()
                .sql(
                        """
                        UPDATE shred_secret SET wrapped_secret = (SELECT wrapped_secret FROM shred_secret WHERE object_id = '%s' LIMIT 1)
                         WHERE object_id = '%s'
                        """
                                .formatted(scene.second, spoilt))
                .update();

        scene.assertRefused(spoilt);
        assertThat(scene.browser.get("/inbox").text()).doesNotContain("/m/" + spoilt);
    }
}
