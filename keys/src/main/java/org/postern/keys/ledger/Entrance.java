package org.postern.keys.ledger;

import java.util.Optional;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.keys.KeyService.Outcome;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.KeyService.SecondStepDue;
import org.postern.keys.KeyService.Visitor;

/// Lets somebody in: whichever way he comes, there is no reading key before he has shown all that
/// the mailbox asks for.
final class Entrance {

    private final Challenges challenges;
    private final PasskeyChallenges passkeyChallenges;
    private final Passkeys passkeys;
    private final SecondSteps secondSteps;
    private final Devices devices;
    private final ReadingKeys readers;
    private final ReaderEvents events;

    Entrance(
            Challenges challenges,
            PasskeyChallenges passkeyChallenges,
            Passkeys passkeys,
            SecondSteps secondSteps,
            Devices devices,
            ReadingKeys readers,
            ReaderEvents events) {
        this.challenges = challenges;
        this.passkeyChallenges = passkeyChallenges;
        this.passkeys = passkeys;
        this.secondSteps = secondSteps;
        this.devices = devices;
        this.readers = readers;
        this.events = events;
    }

    Optional<Outcome> redeem(TenantId tenant, Redemption redemption, Visitor visitor) {
        return switch (redemption) {
            case Redemption.Link link ->
                    challenges
                            .redeem(tenant, link)
                            .map(mailbox -> byMail(tenant, mailbox, link.browserMac(), visitor));
            case Redemption.Code code ->
                    challenges
                            .redeem(tenant, code)
                            .map(mailbox -> byMail(tenant, mailbox, code.browserMac(), visitor));
            case Redemption.SecondStep step ->
                    challenges
                            .awaitingSecondStep(tenant, step.browserMac())
                            .flatMap(mailbox -> bySecondStep(tenant, mailbox, step, visitor));
            case Redemption.Passkey passkey ->
                    passkeys.redeem(
                                    tenant,
                                    passkey.assertion(),
                                    challenge ->
                                            passkeyChallenges.take(
                                                    tenant, passkey.browserMac(), challenge))
                            .map(mailbox -> in(tenant, mailbox, visitor, true, Optional.empty()));
        };
    }

    private Outcome byMail(TenantId tenant, MailboxId mailbox, Mac256 browser, Visitor visitor) {
        if (secondSteps.find(tenant, mailbox).isEmpty()) {
            return in(tenant, mailbox, visitor, true, Optional.empty());
        }
        if (visitor.rememberedAs()
                .filter(token -> devices.knows(tenant, mailbox, token))
                .isPresent()) {
            return in(tenant, mailbox, visitor, false, Optional.empty());
        }
        challenges.awaitSecondStep(tenant, browser);
        return new SecondStepDue(false, secondSteps.waitsUntil(tenant, mailbox));
    }

    private Optional<Outcome> bySecondStep(
            TenantId tenant, MailboxId mailbox, Redemption.SecondStep step, Visitor visitor) {
        switch (secondSteps.check(tenant, mailbox, step.code())) {
            case APP -> {}
            case RECOVERY -> events.recordAndTell(tenant, mailbox, AuditKind.RECOVERY_CODE_USED);
            case WRONG -> {
                events.record(tenant, mailbox, AuditKind.SECOND_STEP_WRONG);
                return Optional.of(new SecondStepDue(true, Optional.empty()));
            }
            case WRONG_ONCE_TOO_OFTEN -> {
                events.recordAndTell(tenant, mailbox, AuditKind.SECOND_STEP_HELD);
                return due(tenant, mailbox);
            }
            case WAITS -> {
                return due(tenant, mailbox);
            }
        }
        // Of two right codes at once, one signs in.
        if (!challenges.endSecondStep(tenant, step.browserMac())) {
            return Optional.empty();
        }
        Optional<String> token = Optional.empty();
        if (step.remember()) {
            token = Optional.of(devices.remember(tenant, mailbox, visitor.device()));
            events.recordAndTell(tenant, mailbox, AuditKind.DEVICE_REMEMBERED);
        }
        return Optional.of(in(tenant, mailbox, visitor, true, token));
    }

    private Optional<Outcome> due(TenantId tenant, MailboxId mailbox) {
        return Optional.of(new SecondStepDue(true, secondSteps.waitsUntil(tenant, mailbox)));
    }

    private Outcome in(
            TenantId tenant,
            MailboxId mailbox,
            Visitor visitor,
            boolean proved,
            Optional<String> device) {
        events.record(tenant, mailbox, AuditKind.SIGN_IN_REDEEMED);
        return readers.create(tenant, mailbox, visitor, proved, device);
    }
}
