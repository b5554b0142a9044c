package org.postern.portal.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.postern.crypto.Tokens;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.Assertion;
import org.postern.keys.KeyService.Redemption;
import org.postern.portal.frame.Origins;
import org.postern.portal.frame.PageController;
import org.postern.portal.host.CurrentTenant;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;

/// What comes after link or code where a second step is on, and what comes instead of them: a
/// passkey.
@PageController
public final class SecondStepController {

    private static final int LONGEST_CODE = 64;

    private final KeyService keys;
    private final Entry entry;
    private final BrowserBinding bindings;

    SecondStepController(KeyService keys, Entry entry, BrowserBinding bindings) {
        this.keys = keys;
        this.entry = entry;
        this.bindings = bindings;
    }

    @PostMapping("/sign-in/second")
    Object secondStep(
            @RequestParam(defaultValue = "") String code,
            @RequestParam(defaultValue = "false") boolean remember,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Optional<String> binding = bindings.find(request);
        if (binding.isEmpty()) {
            return "portal/elsewhere";
        }
        String typed = code.length() > LONGEST_CODE ? "" : code;
        return entry.redeem(
                        new Redemption.SecondStep(typed, remember, Tokens.hash(binding.get())),
                        model,
                        request,
                        response)
                .orElse("portal/link-spent");
    }

    /// For the script of the page, which has a browser sign it.
    @PostMapping("/sign-in/passkey/challenge")
    @ResponseBody
    PasskeyQuestion challenge(HttpServletRequest request, HttpServletResponse response) {
        String binding = bindings.require(request, response);
        return new PasskeyQuestion(
                keys.passkeyChallenge(CurrentTenant.of(request).id(), Tokens.hash(binding)),
                request.getServerName());
    }

    @PostMapping("/sign-in/passkey")
    Object passkey(
            @RequestParam String credential,
            @RequestParam String clientData,
            @RequestParam String data,
            @RequestParam String signature,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Optional<String> binding = bindings.find(request);
        if (binding.isEmpty()) {
            return "portal/elsewhere";
        }
        Assertion assertion =
                new Assertion(credential, clientData, data, signature, Origins.of(request));
        return entry.redeem(
                        new Redemption.Passkey(assertion, Tokens.hash(binding.get())),
                        model,
                        request,
                        response)
                .orElseGet(() -> {
                    response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
                    return "portal/no-passkey";
                });
    }

    /// @param host that the passkey must be for
    record PasskeyQuestion(String challenge, String host) {

        @Override
        public String toString() {
            return "PasskeyQuestion[redacted]";
        }
    }
}
