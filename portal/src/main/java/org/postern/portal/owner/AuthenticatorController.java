package org.postern.portal.owner;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import org.postern.keys.NotRecentException;
import org.postern.keys.NotSignedInException;
import org.postern.keys.SignInSettings;
import org.postern.keys.SignInSettings.RecoveryCodes;
import org.postern.keys.SignInSettings.SecondStepOffer;
import org.postern.portal.frame.PageController;
import org.postern.portal.host.CurrentTenant;
import org.postern.portal.owner.AccessPage.Done;
import org.postern.portal.session.SignedIn;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriUtils;

/// Turns the second step on and off. Its secret and the recovery codes are shown in the answer to a
/// form, so that no address leads to them.
@PageController
public final class AuthenticatorController {

    private static final String PATH = AccessPage.PATH + "/second-step";
    private static final int LONGEST_CODE = 64;

    private final SignInSettings settings;

    AuthenticatorController(SignInSettings settings) {
        this.settings = settings;
    }

    @PostMapping(PATH + "/begin")
    Object begin(@AuthenticationPrincipal SignedIn reader, Model model, HttpServletRequest request)
            throws NotSignedInException {
        return offer(reader, false, model, request);
    }

    @PostMapping(PATH + "/on")
    Object turnOn(
            @AuthenticationPrincipal SignedIn reader,
            @RequestParam(defaultValue = "") String code,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response)
            throws NotSignedInException {
        Optional<RecoveryCodes> codes;
        try {
            codes = settings.turnOnSecondStep(reader.tenant(), reader.key(), cut(code));
        } catch (NotRecentException e) {
            return AccessPage.after(Done.AGAIN);
        }
        if (codes.isPresent()) {
            model.addAttribute(
                    "codes",
                    codes.get().codes().stream().map(AuthenticatorController::grouped).toList());
            return "portal/recovery-codes";
        }
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return offer(reader, true, model, request);
    }

    @GetMapping(PATH + "/off")
    String askOff(Model model) {
        return offPage(false, model);
    }

    @PostMapping(PATH + "/off")
    Object turnOff(
            @AuthenticationPrincipal SignedIn reader,
            @RequestParam(defaultValue = "") String code,
            Model model,
            HttpServletResponse response)
            throws NotSignedInException {
        try {
            if (settings.turnOffSecondStep(reader.tenant(), reader.key(), cut(code))) {
                return AccessPage.after(Done.SECOND_STEP_OFF);
            }
        } catch (NotRecentException e) {
            return AccessPage.after(Done.AGAIN);
        }
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return offPage(true, model);
    }

    private static String offPage(boolean wrong, Model model) {
        model.addAttribute("wrong", wrong);
        return "portal/second-step-off";
    }

    private Object offer(SignedIn reader, boolean wrong, Model model, HttpServletRequest request)
            throws NotSignedInException {
        Optional<SecondStepOffer> offer;
        try {
            offer = settings.offerSecondStep(reader.tenant(), reader.key());
        } catch (NotRecentException e) {
            return AccessPage.after(Done.AGAIN);
        }
        if (offer.isEmpty()) {
            return AccessPage.after(Done.AGAIN); // turned on meanwhile, in another window
        }
        String organisation = CurrentTenant.of(request).name();
        model.addAttribute("wrong", wrong);
        model.addAttribute("secret", grouped(offer.get().secret()));
        model.addAttribute("qr", QrImage.of(uri(organisation, offer.get())));
        return "portal/authenticator";
    }

    /// As apps read it: the label names the entry, the rest is what all of them assume anyway.
    private static String uri(String organisation, SecondStepOffer offer) {
        return "otpauth://totp/"
                + UriUtils.encode(organisation + ":" + offer.address(), UTF_8)
                + "?secret="
                + offer.secret()
                + "&issuer="
                + UriUtils.encode(organisation, UTF_8)
                + "&algorithm=SHA1&digits=6&period=30";
    }

    private static String cut(String code) {
        return code.length() > LONGEST_CODE ? "" : code;
    }

    /// In groups of four, as people read them.
    private static String grouped(String code) {
        return String.join(" ", List.of(code.split("(?<=\\G.{4})")));
    }
}
