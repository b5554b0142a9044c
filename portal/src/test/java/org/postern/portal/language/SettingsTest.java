package org.postern.portal.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.db.Language;
import org.postern.portal.Browser;
import org.postern.portal.TestPortal;

/// The language of a reader, as the first browser says and as he chooses.
class SettingsTest {

    private static final TestPortal PORTAL = TestPortal.shared();
    private final String patient = "patient-" + UUID.randomUUID() + "@example.org";

    @BeforeEach
    void aMessageWaits() {
        PORTAL.deliver("nurse@clinic.example", List.of(patient), "Subject: [x]\n\nx\n");
    }

    @Test
    void theFirstBrowserSaysWhatItsReaderReads() {
        Browser german = PORTAL.browser().with("Accept-Language", "de-AT,de;q=0.9,en;q=0.5");
        PORTAL.signIn(german, patient);
        Browser polish = PORTAL.browser().with("Accept-Language", "pl");
        PORTAL.signIn(polish, patient);

        assertThat(chosen(german)).isEqualTo("de");
        assertThat(chosen(polish)).isEqualTo("de");
    }

    @Test
    void whoeverChoosesIsWrittenToInThatLanguage() {
        Browser browser = PORTAL.signedIn(patient);
        assertThat(chosen(browser)).isEmpty();

        var answer = browser.post("/settings", Map.of("language", "ar"), "/settings");

        assertThat(browser.follow(answer).text()).contains("Saved.");
        assertThat(chosen(browser)).isEqualTo("ar");
    }

    @Test
    void aLanguageThatWeDoNotWriteIsNotTaken() {
        Browser browser = PORTAL.signedIn(patient);

        assertThat(browser.post("/settings", Map.of("language", "tlh"), "/settings").status())
                .isEqualTo(400);
        assertThat(chosen(browser)).isEmpty();
    }

    private static String chosen(Browser browser) {
        String page = browser.get("/settings").text();
        return List.of(Language.values()).stream()
                .map(Language::tag)
                .filter(tag -> page.contains("value=\"" + tag + "\" checked"))
                .findFirst()
                .orElse("");
    }
}
