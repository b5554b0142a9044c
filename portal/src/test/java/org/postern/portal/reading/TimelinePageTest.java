package org.postern.portal.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.postern.crypto.Tokens;
import org.postern.db.MessageId;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.TestPortal;

/// What became of a message at its recipients, on its author's page.
class TimelinePageTest {

    private static final TestPortal PORTAL = TestPortal.shared();
    private final String nurse = "nurse-" + UUID.randomUUID() + "@example.com";
    private final String patient = "patient-" + UUID.randomUUID() + "@example.org";
    private final MessageId message =
            PORTAL.deliver(
                    nurse,
                    List.of(patient),
                    "From: Nurse <%s>\nTo: Pat <%s>\nSubject: [x]\n\nx\n"
                            .formatted(nurse, patient));
    private final String path = "/m/" + message;

    @Test
    void theAuthorSeesThatItWasReadAndTheRecipientSeesNothingOfIt() {
        Browser reader = PORTAL.signedIn(patient);
        assertThat(reader.get(path).text()).doesNotContain("What became of it");

        assertThat(PORTAL.signedIn(nurse).get(path).text())
                .contains("What became of it", patient, "in the mailbox here", ">Read.<")
                .doesNotContain("Send the notice again");
    }

    @Test
    void aLinkThatSomebodyPressedIsToldApartFromOneThatAProgramFollowed() {
        String number = Tokens.number(new SecureRandom());
        PORTAL.number(message, number);
        PORTAL.browser().get(path + "/n/" + number);
        Browser author = PORTAL.signedIn(nurse);
        assertThat(author.get(path).text())
                .contains("perhaps by a program")
                .doesNotContain("followed in a browser");

        PORTAL.browser().with("Sec-Fetch-User", "?1").get(path + "/n/" + number);
        PORTAL.browser().with("Sec-Fetch-User", "?1").get(path + "/n/" + number);

        String page = author.get(path).text();
        assertThat(page.split("followed in a browser", -1)).hasSize(2);
    }

    @Test
    void aMessageThatWasReadStaysReadWhenTheLinkIsFollowedAfterwards() {
        PORTAL.signedIn(patient).get(path);
        String number = Tokens.number(new SecureRandom());
        PORTAL.number(message, number);
        PORTAL.browser().with("Sec-Fetch-User", "?1").get(path + "/n/" + number);

        assertThat(PORTAL.signedIn(nurse).get(path).text())
                .containsPattern("class=\"state\"[^>]*>read<")
                .contains("followed in a browser");
    }

    @Test
    void theAuthorHasTheNoticeSentAgain() {
        Browser author = PORTAL.signedIn(nurse);
        Matcher form =
                Pattern.compile("name=\"recipient\" value=\"([0-9a-f-]{36})\"")
                        .matcher(author.get(path).text());
        assertThat(form.find()).isTrue();
        Map<String, String> fields = Map.of("copy", message.toString(), "recipient", form.group(1));

        Page first = author.post(path + "/tell", fields, path);
        Page second = author.post(path + "/tell", fields, path);

        assertThat(author.follow(first).text()).contains("The notice is sent again now.");
        assertThat(author.follow(second).text()).contains("was not sent again");
        assertThat(PORTAL.signedIn(patient).post(path + "/tell", fields, path).header("Location"))
                .contains(path + "?told=not");
    }
}
