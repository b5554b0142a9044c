package org.postern.portal.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.Tokens;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.EmailAddress;
import org.postern.db.MalformedAddressException;
import org.postern.db.TenantId;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.NotSignedInException;
import org.postern.mail.door.NotReadyException;
import org.postern.portal.frame.PageController;
import org.postern.portal.frame.Redirects;
import org.postern.portal.host.CurrentTenant;
import org.postern.portal.session.ReaderSessions;
import org.postern.portal.session.SignedIn;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// The way in: ask for a mail, then press the link's button or type its code, once, in the browser
/// that asked (docs/adr/0005-sign-in-links.md). GET shows, POST redeems.
@PageController
public final class SignInController {

    private static final int LONGEST_ADDRESS = 320; // RFC 5321, section 4.5.3.1: 64 + "@" + 255
    private static final int LONGEST_CODE = 32;

    private final AskLimits limits;
    private final SignInRequests requests;
    private final Entry entry;
    private final KeyService keys;
    private final ReaderSessions sessions;
    private final BrowserBinding bindings;
    private final Destination destination;

    SignInController(
            AskLimits limits,
            SignInRequests requests,
            Entry entry,
            KeyService keys,
            ReaderSessions sessions,
            BrowserBinding bindings,
            Destination destination) {
        this.limits = limits;
        this.requests = requests;
        this.entry = entry;
        this.keys = keys;
        this.sessions = sessions;
        this.bindings = bindings;
        this.destination = destination;
    }

    @GetMapping("/")
    Object start(@AuthenticationPrincipal @Nullable SignedIn reader, Model model) {
        return reader == null ? askPage(model, "", "", false) : Redirects.afterForm("/inbox");
    }

    @GetMapping("/sign-in")
    String ask(
            @RequestParam(name = "m", defaultValue = "") String message,
            @RequestParam(required = false) @Nullable String ended,
            Model model) {
        return askPage(model, "", message, ended != null);
    }

    @PostMapping("/sign-in")
    String send(
            @RequestParam(defaultValue = "") String address,
            @RequestParam(name = "m", defaultValue = "") String message,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response)
            throws NotReadyException {
        EmailAddress parsed;
        try {
            parsed = parse(address);
        } catch (MalformedAddressException e) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            String page = askPage(model, address, message, false);
            model.addAttribute("malformed", true);
            return page;
        }
        Optional<String> wanted = Destination.wanted(message);
        String binding = bindings.require(request, response);
        boolean now =
                !limits.pass(InetAddress.ofLiteral(request.getRemoteAddr()))
                        || requests.ask(tenant(request), parsed, binding);
        destination.set(response, wanted);
        return now ? checkPage(model, parsed, message, false) : laterPage(model, parsed);
    }

    @PostMapping("/sign-in/code")
    Object redeemCode(
            @RequestParam(defaultValue = "") String code,
            @RequestParam(defaultValue = "") String address,
            @RequestParam(name = "m", defaultValue = "") String message,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        EmailAddress typed;
        try {
            typed = parse(address);
        } catch (MalformedAddressException e) {
            return askPage(model, "", message, false);
        }
        Optional<String> binding = bindings.find(request);
        if (binding.isEmpty()) {
            return "portal/elsewhere";
        }
        if (code.isBlank() || code.length() > LONGEST_CODE) {
            return wrongCode(model, typed, message, response);
        }
        Redemption redemption = new Redemption.Code(code, browser(binding.get()));
        return entry.redeem(redemption, model, request, response)
                .orElseGet(() -> wrongCode(model, typed, message, response));
    }

    /// Shows a button and changes nothing, whoever follows the link: mail scanners do.
    @GetMapping("/signin/{token:[A-Za-z0-9_-]{43}}")
    String link(@PathVariable String token, Model model) {
        model.addAttribute("token", token);
        return "portal/link";
    }

    @PostMapping("/signin")
    Object redeemLink(
            @RequestParam(defaultValue = "") String token,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Optional<String> binding = bindings.find(request);
        if (binding.isEmpty()) {
            return "portal/elsewhere";
        }
        Redemption redemption = new Redemption.Link(token, browser(binding.get()));
        return entry.redeem(redemption, model, request, response).orElse("portal/link-spent");
    }

    /// For somebody who is signed in and must show again that it is he.
    @PostMapping("/sign-in/again")
    String again(
            @AuthenticationPrincipal SignedIn reader,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response)
            throws NotSignedInException, NotReadyException {
        EmailAddress address = keys.own(reader.tenant(), reader.key()).address();
        boolean now = requests.ask(reader.tenant(), address, bindings.require(request, response));
        destination.setAccess(response);
        return now ? checkPage(model, address, "", false) : laterPage(model, address);
    }

    /// Not Clear-Site-Data `"cookies"`: browsers clear those of the whole registrable domain with
    /// it, and so sign people out of the organisation's other services.
    @PostMapping("/sign-out")
    ResponseEntity<Void> signOut(HttpServletRequest request, HttpServletResponse response) {
        sessions.end(request);
        bindings.clear(response);
        response.setHeader("Clear-Site-Data", "\"cache\", \"storage\"");
        return Redirects.afterForm("/signed-out");
    }

    @GetMapping("/signed-out")
    String signedOut() {
        return "portal/signed-out";
    }

    @GetMapping("/help")
    String help() {
        return "portal/help";
    }

    private static String askPage(Model model, String address, String message, boolean ended) {
        model.addAttribute("address", address);
        model.addAttribute("m", Destination.wanted(message).orElse(""));
        model.addAttribute("ended", ended);
        model.addAttribute("malformed", false);
        return "portal/ask";
    }

    private static String laterPage(Model model, EmailAddress address) {
        model.addAttribute("masked", MaskedAddress.of(address));
        return "portal/later";
    }

    private static String checkPage(
            Model model, EmailAddress address, String message, boolean wrongCode) {
        model.addAttribute("address", address.text());
        model.addAttribute("masked", MaskedAddress.of(address));
        model.addAttribute("m", Destination.wanted(message).orElse(""));
        model.addAttribute("wrongCode", wrongCode);
        return "portal/check";
    }

    private static String wrongCode(
            Model model, EmailAddress address, String message, HttpServletResponse response) {
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return checkPage(model, address, message, true);
    }

    private static EmailAddress parse(String typed) throws MalformedAddressException {
        String address = typed.strip();
        // What is too long is as malformed as nothing at all.
        return EmailAddress.parse(address.length() > LONGEST_ADDRESS ? "" : address);
    }

    private static TenantId tenant(HttpServletRequest request) {
        return CurrentTenant.of(request).id();
    }

    private static Mac256 browser(String binding) {
        return Tokens.hash(binding);
    }
}
