package org.postern.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.db.TenantId;
import org.postern.db.store.MailDatabase;
import org.postern.keys.ledger.DamagedLedgerException;
import org.postern.keys.ledger.KeyLedger;
import org.postern.keys.ledger.LedgerVerifier;
import org.postern.keys.ledger.Rotation;
import org.postern.keys.provider.KeyProviderAwayException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/// What an operator asks of the keys: `POST /keys/status`, `/keys/rotate`, `/keys/verify`,
/// `/keys/doctor`, `/keys/forget-door`.
@Endpoint(id = "keys")
final class KeysEndpoint {

    private final KeyLedger ledger;
    private final MailDatabase mail;
    private final Path folder;
    private final Clock clock;

    /// @param folder where keystore, passphrase and callers' keys lie
    KeysEndpoint(KeyLedger ledger, MailDatabase mail, Path folder, Clock clock) {
        this.ledger = ledger;
        this.mail = mail;
        this.folder = folder;
        this.clock = clock;
    }

    /// What was done or found, in lines for people.
    ///
    /// @param good false if an operator has to look at something
    record Answer(List<String> lines, boolean good) {

        Answer {
            lines = List.copyOf(lines);
        }
    }

    /// Does one thing; what cannot be done is answered 422 with a sentence.
    @WriteOperation
    WebEndpointResponse<Object> keys(
            @Selector String what,
            @Nullable String level,
            @Nullable String host,
            @Nullable String name)
            throws IOException {
        try {
            List<TenantId> tenants = host == null ? ledger.rotation().tenants() : at(host);
            return switch (what) {
                case "status" -> done(new KeyTable(ledger, mail, clock).lines(tenants), true);
                case "rotate" -> rotate(String.valueOf(level), tenants);
                case "verify" -> verify();
                case "doctor" -> doctor();
                case "forget-door" -> forgetDoor(String.valueOf(name));
                default -> new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
            };
        } catch (RefusedException e) {
            return refused(String.valueOf(e.getMessage()));
        } catch (DamagedLedgerException e) {
            return refused(e.getMessage() + "; keys verify says more.");
        } catch (KeyProviderAwayException e) {
            return refused(e.getMessage() + "; the log says more. Nothing is lost: try again.");
        }
    }

    private WebEndpointResponse<Object> rotate(String level, List<TenantId> tenants)
            throws RefusedException {
        boolean all = level.equals("all");
        List<String> lines = new ArrayList<>();
        if (all || level.equals("root")) {
            Rotation.RootRotated rotated = ledger.rotation().rotateRoot();
            lines.add(
                    "root: version "
                            + rotated.version()
                            + " wraps; "
                            + rotated.rewrapped()
                            + " keys were wrapped under it again."
                            + (rotated.rewrapped() == 0
                                    ? " The keeper has no newer version: make one there first."
                                    : ""));
        }
        if (all || level.equals("tenant")) {
            int made = 0;
            for (TenantId tenant : tenants) {
                made += ledger.rotation().rotateTenant(tenant) ? 1 : 0;
            }
            lines.add(
                    "tenant: "
                            + made
                            + " new versions made, "
                            + (tenants.size() - made)
                            + " are being replaced already. What is under the old ones follows in"
                            + " ten minutes, by itself.");
        }
        if (all || level.equals("mailboxes")) {
            tenants.forEach(ledger.rotation()::rotateMailboxes);
            lines.add(
                    "mailboxes: new keys are made by themselves from the next minute on; old"
                            + " messages keep theirs.");
        }
        if (all || level.equals("signing")) {
            lines.add(
                    "signing: version "
                            + ledger.rotation().rotateSigning()
                            + " signs from now on; the one before has vouched for it and is"
                            + " destroyed. Back up the ledger now.");
        }
        if (lines.isEmpty()) {
            throw new RefusedException(
                    "say what to rotate: root, signing, tenant, mailboxes or all.");
        }
        return done(lines, true);
    }

    private WebEndpointResponse<Object> verify() {
        LedgerVerifier.Verdict verdict = ledger.verifier().verify();
        List<String> lines = new ArrayList<>();
        verdict.opened().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(table ->
                        lines.add("OK  " + table.getValue() + " of " + table.getKey() + " open"));
        verdict.named().forEach(row -> lines.add("BROKEN  " + row + " does not open"));
        if (verdict.failed() > verdict.named().size()) {
            lines.add("BROKEN  and " + (verdict.failed() - verdict.named().size()) + " more");
        }
        return done(lines, verdict.isWhole());
    }

    private WebEndpointResponse<Object> doctor() throws IOException {
        ledger.inventory().meetRoot();
        List<String> findings =
                KeyDoctor.findings(
                        ledger.inventory().madeAt(),
                        ledger.inventory().stalledSlots(),
                        clock.instant(),
                        folder);
        return findings.isEmpty()
                ? done(
                        List.of("OK  no key is near its end, and no file of keys is others' too"),
                        true)
                : done(findings, false);
    }

    private WebEndpointResponse<Object> forgetDoor(String name) throws RefusedException {
        if (!ledger.spoolKeyEnd().writeOff(name)) {
            throw new RefusedException("no door of that name was ever certified.");
        }
        return done(
                List.of(
                        name
                                + " is forgotten: no spool key is kept for it any more. If it comes"
                                + " back it is known again."),
                true);
    }

    private List<TenantId> at(String host) throws RefusedException {
        Optional<TenantId> tenant = mail.tenants().findByHost(host);
        if (tenant.isEmpty()) {
            throw new RefusedException("there is no tenant at the host " + host + ".");
        }
        return List.of(tenant.get());
    }

    private static WebEndpointResponse<Object> done(List<String> lines, boolean good) {
        return new WebEndpointResponse<>(new Answer(lines, good));
    }

    private static WebEndpointResponse<Object> refused(String sentence) {
        return new WebEndpointResponse<>(Map.of("sentence", sentence), 422);
    }

    private static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        RefusedException(String sentence) {
            super(sentence);
        }
    }
}
