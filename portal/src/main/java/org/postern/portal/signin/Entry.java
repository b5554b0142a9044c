package org.postern.portal.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.postern.db.TenantId;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.Redeemed;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.KeyService.SecondStepDue;
import org.postern.keys.KeyService.Visitor;
import org.postern.portal.frame.Redirects;
import org.postern.portal.host.CurrentTenant;
import org.postern.portal.language.FirstLanguage;
import org.postern.portal.session.DeviceWords;
import org.postern.portal.session.ReaderSessions;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;

/// What every way in has in common: the keys decide, then there is a session, or the next question.
final class Entry {

    private final KeyService keys;
    private final ReaderSessions sessions;
    private final BrowserBinding bindings;
    private final RememberedDevice remembered;
    private final Destination destination;
    private final FirstLanguage language;

    Entry(
            KeyService keys,
            ReaderSessions sessions,
            BrowserBinding bindings,
            RememberedDevice remembered,
            Destination destination,
            FirstLanguage language) {
        this.keys = keys;
        this.sessions = sessions;
        this.bindings = bindings;
        this.remembered = remembered;
        this.destination = destination;
        this.language = language;
    }

    /// Where to go, or the page that asks for more; empty if it was not right.
    Optional<Object> redeem(
            Redemption redemption,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        TenantId tenant = CurrentTenant.of(request).id();
        sessions.requireAvailable(); // before anything is spent
        return keys.redeem(tenant, redemption, visitor(request))
                .map(outcome ->
                        switch (outcome) {
                            case Redeemed redeemed -> in(tenant, redeemed, request, response);
                            case SecondStepDue due -> secondStep(due, model, response);
                        });
    }

    private Object in(
            TenantId tenant,
            Redeemed redeemed,
            HttpServletRequest request,
            HttpServletResponse response) {
        sessions.signIn(tenant, redeemed, request);
        bindings.clear(response);
        language.learn(tenant, redeemed.mailbox(), request);
        redeemed.device().ifPresent(token -> remembered.set(response, token));
        return Redirects.afterForm(destination.take(tenant, redeemed.mailbox(), request, response));
    }

    private static Object secondStep(SecondStepDue due, Model model, HttpServletResponse response) {
        if (due.wrong()) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        }
        model.addAttribute("wrong", due.wrong());
        model.addAttribute("waitsUntil", due.waitsUntil().orElse(null));
        return "portal/second-step";
    }

    /// Whoever is about to change how he signs in is spared nothing, on whatever device.
    private Visitor visitor(HttpServletRequest request) {
        return new Visitor(
                DeviceWords.of(request),
                destination.isAccess(request) ? Optional.empty() : remembered.find(request));
    }
}
