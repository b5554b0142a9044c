package org.postern.e2e;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;

/// An authenticator inside Chromium (Chrome DevTools Protocol, domain WebAuthn) that keeps passkeys
/// and says yes for its owner.
final class VirtualAuthenticator {

    private final CDPSession session;
    private final String id;

    VirtualAuthenticator(Page page) {
        session = page.context().newCDPSession(page);
        session.send("WebAuthn.enable");
        JsonObject options = new JsonObject();
        options.addProperty("protocol", "ctap2");
        options.addProperty("transport", "internal");
        options.addProperty("hasResidentKey", true);
        options.addProperty("hasUserVerification", true);
        options.addProperty("isUserVerified", true);
        options.addProperty("automaticPresenceSimulation", true);
        JsonObject wanted = new JsonObject();
        wanted.add("options", options);
        id =
                session.send("WebAuthn.addVirtualAuthenticator", wanted)
                        .get("authenticatorId")
                        .getAsString();
    }

    /// From now on it recognises nobody.
    void refuse() {
        JsonObject verified = new JsonObject();
        verified.addProperty("authenticatorId", id);
        verified.addProperty("isUserVerified", false);
        session.send("WebAuthn.setUserVerified", verified);
    }

    int passkeys() {
        JsonObject asked = new JsonObject();
        asked.addProperty("authenticatorId", id);
        return session.send("WebAuthn.getCredentials", asked).getAsJsonArray("credentials").size();
    }
}
