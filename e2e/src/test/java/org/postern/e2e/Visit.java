package org.postern.e2e;

import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;

/// Goes through the pages with eyes open.
final class Visit {

    private final Page page;
    private final String look;
    final List<String> complaints = new ArrayList<>();

    Visit(Page page, String look) {
        this.page = page;
        this.look = look;
        page.onConsoleMessage(message -> {
            if (List.of("error", "warning").contains(message.type())
                    && !message.text().contains("404")
                    && !message.text().contains("410")
                    && !message.text().contains("422")) {
                complaints.add(page.url() + " says " + message.text());
            }
        });
        page.onRequest(request -> {
            if (!request.url().startsWith("http://localhost:")) {
                complaints.add(page.url() + " asks for " + request.url());
            }
        });
    }

    void look(String name) {
        Browser.picture(page, name + "-" + look);
        Object over =
                page.evaluate(
                        "document.documentElement.scrollWidth -"
                                + " document.documentElement.clientWidth");
        if (((Number) over).intValue() > 0) {
            complaints.add(name + " sticks out by " + over + " px");
        }
    }
}
