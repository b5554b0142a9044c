package org.postern.portal.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postern.portal.Browser;
import org.postern.portal.TestPortal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How long it takes to ask for a link. It judges times, so it needs a machine to itself.
class SignInTimingTest {

    private static final Logger log = LoggerFactory.getLogger(SignInTimingTest.class);
    private static final int REQUESTS = 500;
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final TestPortal portal = TestPortal.shared();

    @Test
    @Tag("long")
    void askingForAnUnknownAddressTakesAsLongAsForAKnownOne() {
        String known = "timing.known@example.org";
        portal.deliver(
                "nurse@example.com",
                List.of(known),
                "From: nurse@example.com\nSubject: Hello\n\nText\n");
        Browser browser = portal.browser();
        Map<String, String> form = browser.get("/sign-in").hiddenFields();
        List<Long> ofKnown = new ArrayList<>();
        List<Long> ofUnknown = new ArrayList<>();
        // The first ones warm up; then by turns, so that whatever else goes on meets both.
        for (int i = -100; i < REQUESTS; i++) {
            long one = nanos(browser, form, known);
            long other = nanos(browser, form, "timing.nobody" + (i & 1) + "@example.org");
            if (i >= 0) {
                ofKnown.add(one);
                ofUnknown.add(other);
            }
        }

        long difference = Math.abs(median(ofKnown) - median(ofUnknown));
        log.info(
                "medians of {} requests: known={} us unknown={} us difference={} us",
                REQUESTS,
                median(ofKnown) / 1_000,
                median(ofUnknown) / 1_000,
                difference / 1_000);
        assertThat(difference).isLessThanOrEqualTo(MOST_NANOS);
    }

    private static long nanos(Browser browser, Map<String, String> form, String address) {
        Map<String, String> fields = new LinkedHashMap<>(form);
        fields.put("address", address);
        long begun = System.nanoTime();
        assertThat(browser.post("/sign-in", fields).status()).isEqualTo(200);
        return System.nanoTime() - begun;
    }

    private static long median(List<Long> nanos) {
        return nanos.stream().sorted().skip(nanos.size() / 2).findFirst().orElseThrow();
    }
}
