package org.postern.portal.owner;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.UUID;
import org.postern.keys.NotRecentException;
import org.postern.keys.NotSignedInException;
import org.postern.keys.SignInSettings;
import org.postern.keys.SignInSettings.NewPasskey;
import org.postern.keys.SignInSettings.PasskeyOffer;
import org.postern.portal.frame.Origins;
import org.postern.portal.frame.PageController;
import org.postern.portal.host.CurrentTenant;
import org.postern.portal.owner.AccessPage.Done;
import org.postern.portal.session.SignedIn;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// Adds and removes passkeys. The keys check what the browser made; here it only passes through.
@PageController
public final class PasskeyController {

    private static final String PATH = AccessPage.PATH + "/passkeys";

    private final SignInSettings settings;

    PasskeyController(SignInSettings settings) {
        this.settings = settings;
    }

    /// For the script of the page, which has a browser make one.
    @PostMapping(PATH + "/offer")
    ResponseEntity<Offer> offer(
            @AuthenticationPrincipal SignedIn reader, HttpServletRequest request)
            throws NotSignedInException {
        try {
            PasskeyOffer offer = settings.offerPasskey(reader.tenant(), reader.key());
            return ResponseEntity.ok(
                    new Offer(
                            offer.challenge(),
                            request.getServerName(),
                            CurrentTenant.of(request).name(),
                            offer.user(),
                            offer.address(),
                            offer.known()));
        } catch (NotRecentException e) {
            return ResponseEntity.status(HttpStatus.FORBIDDEN).build();
        }
    }

    @PostMapping(PATH)
    Object add(
            @AuthenticationPrincipal SignedIn reader,
            @RequestParam(defaultValue = "") String clientData,
            @RequestParam(defaultValue = "") String attestation,
            @RequestParam(defaultValue = "") String name,
            HttpServletRequest request)
            throws NotSignedInException {
        if (!NewPasskey.isName(name.strip())) {
            return AccessPage.after(Done.NO_PASSKEY);
        }
        try {
            boolean added =
                    settings.addPasskey(
                            reader.tenant(),
                            reader.key(),
                            new NewPasskey(
                                    clientData, attestation, Origins.of(request), name.strip()));
            return AccessPage.after(added ? Done.PASSKEY : Done.NO_PASSKEY);
        } catch (NotRecentException e) {
            return AccessPage.after(Done.AGAIN);
        }
    }

    @PostMapping(PATH + "/remove")
    Object remove(@AuthenticationPrincipal SignedIn reader, @RequestParam UUID id)
            throws NotSignedInException {
        try {
            settings.removePasskey(reader.tenant(), reader.key(), id);
            return AccessPage.after(Done.PASSKEY_REMOVED);
        } catch (NotRecentException e) {
            return AccessPage.after(Done.AGAIN);
        }
    }

    /// What the script hands to the browser.
    record Offer(
            String challenge,
            String host,
            String organisation,
            String user,
            String address,
            List<String> known) {

        Offer {
            known = List.copyOf(known);
        }

        @Override
        public String toString() {
            return "Offer[redacted]";
        }
    }
}
