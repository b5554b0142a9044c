package org.postern.keys.remote;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.RecordKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.MessageId;
import org.postern.db.store.SignInRequest;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.Outcome;
import org.postern.keys.KeyService.Redeemed;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.KeyService.SecondStepDue;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotRecentException;
import org.postern.keys.NotSignedInException;
import org.postern.keys.remote.Questions.Admit;
import org.postern.keys.remote.Questions.Answered;
import org.postern.keys.remote.Questions.Certify;
import org.postern.keys.remote.Questions.Challenge;
import org.postern.keys.remote.Questions.Destroy;
import org.postern.keys.remote.Questions.Done;
import org.postern.keys.remote.Questions.Erase;
import org.postern.keys.remote.Questions.Expire;
import org.postern.keys.remote.Questions.ExpireOwn;
import org.postern.keys.remote.Questions.IssuePin;
import org.postern.keys.remote.Questions.Locked;
import org.postern.keys.remote.Questions.Open;
import org.postern.keys.remote.Questions.PasskeyChallenge;
import org.postern.keys.remote.Questions.Reader;
import org.postern.keys.remote.Questions.Redeem;
import org.postern.keys.remote.Questions.Relock;
import org.postern.keys.remote.Questions.Report;
import org.postern.keys.remote.Questions.SetPhone;
import org.postern.keys.remote.Questions.Sign;
import org.postern.keys.remote.Questions.Summaries;
import org.postern.keys.remote.Questions.SummaryKey;
import org.postern.keys.remote.Questions.SummaryKeys;
import org.postern.keys.remote.Questions.Tenant;
import org.postern.keys.remote.Questions.Unlock;

/// Answers calls of those who may make them, and holds a caller to his own name and to what may be
/// signed for somebody else.
final class Answers {

    /// The life of snapshot and certificate: a door that is cut off keeps both or neither.
    private static final Duration LONGEST_CERTIFICATE = Duration.ofDays(14);

    /// What the authority signs for another process. An instance's certificate is signed too, so
    /// that whoever could have anything signed could certify himself under any name.
    private static final Set<String> SIGNED_FOR_OTHERS = Set.of(Authority.SNAPSHOT);

    private final KeyService keys;
    private final Authority authority;
    private final SettingsAnswers settings;
    private final Clock clock;

    Answers(KeyService keys, Authority authority, Clock clock) {
        this.keys = keys;
        this.authority = authority;
        this.settings = new SettingsAnswers(keys.signInSettings());
        this.clock = clock;
    }

    /// Does what is asked; null for nothing.
    ///
    /// @throws RefusedException if this caller may not ask this
    /// @throws tools.jackson.core.JacksonException if the question is malformed
    @Nullable Object answer(Call call, Caller caller, byte[] question)
            throws RefusedException,
                    NotSignedInException,
                    NotRecentException,
                    MessageLockedException,
                    OpeningFailedException {
        return switch (call) {
            case ADMIT -> {
                Admit asked = WireFormat.read(question, Admit.class);
                yield keys.admit(
                        asked.object(), asked.certificate(), asked.slot(), asked.envelope());
            }
            case ISSUE -> keys.issue(WireFormat.read(question, SignInRequest.class)).orElse(null);
            case DESTROY -> {
                Destroy asked = WireFormat.read(question, Destroy.class);
                keys.destroy(asked.tenant(), asked.message(), asked.mailboxes());
                yield null;
            }
            case EXPIRE -> {
                Expire asked = WireFormat.read(question, Expire.class);
                keys.expire(asked.tenant(), asked.message(), asked.mailboxes(), asked.dates());
                yield null;
            }
            case ERASE -> {
                Erase asked = WireFormat.read(question, Erase.class);
                yield keys.erase(asked.tenant(), asked.address()).orElse(null);
            }
            case END_TENANT -> {
                keys.endTenant(WireFormat.read(question, Tenant.class).tenant());
                yield null;
            }
            case EXPIRE_OWN -> {
                ExpireOwn asked = WireFormat.read(question, ExpireOwn.class);
                keys.expireOwn(
                        asked.tenant(),
                        asked.author(),
                        asked.message(),
                        asked.mailboxes(),
                        asked.dates());
                yield null;
            }
            case REDEEM -> {
                Redeem asked = WireFormat.read(question, Redeem.class);
                yield keys.redeem(asked.tenant(), redemption(asked), asked.visitor())
                        .map(Answers::answered)
                        .orElse(null);
            }
            case SUMMARIES -> {
                Summaries asked = WireFormat.read(question, Summaries.class);
                yield summaryKeys(keys.summaries(asked.tenant(), asked.reader(), asked.page()));
            }
            case OPEN -> {
                Open asked = WireFormat.read(question, Open.class);
                yield keys.open(asked.tenant(), asked.reader(), asked.object(), asked.slot());
            }
            case LOCK -> {
                Locked asked = WireFormat.read(question, Locked.class);
                yield keys.lock(asked.tenant(), asked.reader(), asked.message()).orElse(null);
            }
            case UNLOCK -> {
                Unlock asked = WireFormat.read(question, Unlock.class);
                yield keys.unlock(asked.tenant(), asked.reader(), asked.message(), asked.password())
                        .orElse(null);
            }
            case RELOCK -> {
                Relock asked = WireFormat.read(question, Relock.class);
                yield new Done(
                        keys.relock(
                                asked.tenant(), asked.reader(), asked.message(), asked.password()));
            }
            case ASK_PIN -> {
                Locked asked = WireFormat.read(question, Locked.class);
                yield keys.askPin(asked.tenant(), asked.reader(), asked.message()).orElse(null);
            }
            case ISSUE_PIN -> {
                IssuePin asked = WireFormat.read(question, IssuePin.class);
                yield keys.issuePin(asked.tenant(), asked.request()).orElse(null);
            }
            case SET_PHONE -> {
                SetPhone asked = WireFormat.read(question, SetPhone.class);
                yield new Done(
                        keys.relock(
                                asked.tenant(), asked.reader(), asked.message(), asked.phone()));
            }
            case OWN -> {
                Reader asked = WireFormat.read(question, Reader.class);
                yield keys.own(asked.tenant(), asked.reader());
            }
            case END -> {
                Reader asked = WireFormat.read(question, Reader.class);
                keys.end(asked.tenant(), asked.reader());
                yield null;
            }
            case PASSKEY_CHALLENGE -> {
                PasskeyChallenge asked = WireFormat.read(question, PasskeyChallenge.class);
                yield new Challenge(keys.passkeyChallenge(asked.tenant(), asked.browserMac()));
            }
            case SIGN_IN_OVERVIEW,
                    END_SESSION,
                    END_OTHER_SESSIONS,
                    OFFER_PASSKEY,
                    ADD_PASSKEY,
                    REMOVE_PASSKEY,
                    OFFER_SECOND_STEP,
                    TURN_ON_SECOND_STEP,
                    TURN_OFF_SECOND_STEP,
                    FORGET_DEVICE ->
                    settings.answer(call, question);
            case SUCCESSION -> authority.succession();
            case CERTIFY -> certify(caller, WireFormat.read(question, Certify.class));
            case REPORT -> {
                report(caller, WireFormat.read(question, Report.class));
                yield null;
            }
            case SIGN -> sign(WireFormat.read(question, Sign.class));
            case ALTERED ->
                    new Questions.AlteredTenants(
                            authority.altered(
                                    WireFormat.read(question, Questions.Tenants.class).all()));
            case ANNOUNCE -> {
                Questions.Announce asked = WireFormat.read(question, Questions.Announce.class);
                yield new Done(authority.announce(asked.before(), asked.after()));
            }
            case CONFIRM -> {
                authority.confirm(WireFormat.read(question, org.postern.db.store.Tenant.class));
                yield null;
            }
            case ACCEPT -> {
                Questions.Accept asked = WireFormat.read(question, Questions.Accept.class);
                yield new Done(authority.accept(asked.tenant(), asked.now()));
            }
            case SPOOL_KEY -> authority.spoolKey();
            case CREATE_TENANT -> {
                authority.createTenant(WireFormat.read(question, Tenant.class).tenant());
                yield null;
            }
            case LEND -> authority.lend(WireFormat.read(question, Tenant.class).tenant());
            case DESTINATION_KEY -> authority.destinationKey();
            case RETURN_KEY -> authority.returnKey();
            case CHECKPOINT -> {
                Questions.Checkpoint asked = WireFormat.read(question, Questions.Checkpoint.class);
                yield authority.checkpoint(asked.tenant(), asked.size(), asked.leaves());
            }
            case AUDITED -> authority.audited(WireFormat.read(question, Tenant.class).tenant());
            case AUDIT_SUCCESSION -> authority.auditSuccession();
        };
    }

    private Object certify(Caller caller, Certify asked) throws RefusedException {
        if (!asked.instance().equals(caller.instance())) {
            throw new RefusedException("another's instance");
        }
        Instant latest = clock.instant().plus(LONGEST_CERTIFICATE);
        return authority.certify(
                asked.instance(),
                asked.key(),
                asked.notAfter().isBefore(latest) ? asked.notAfter() : latest);
    }

    private void report(Caller caller, Report asked) throws RefusedException {
        if (!asked.instance().equals(caller.instance())) {
            throw new RefusedException("another's instance");
        }
        authority.report(asked.instance(), asked.oldestSpoolKey());
    }

    private @Nullable Object sign(Sign asked) throws RefusedException {
        if (!SIGNED_FOR_OTHERS.contains(asked.purpose())) {
            throw new RefusedException("not signed for others");
        }
        return authority.sign(asked.purpose(), asked.document().bytes()).orElse(null);
    }

    private static Redemption redemption(Redeem asked) throws RefusedException {
        return switch (asked.kind()) {
            case LINK -> new Redemption.Link(asked.secret(), asked.browserMac());
            case CODE -> new Redemption.Code(asked.secret(), asked.browserMac());
            case SECOND_STEP ->
                    new Redemption.SecondStep(asked.secret(), asked.remember(), asked.browserMac());
            case PASSKEY ->
                    new Redemption.Passkey(
                            asked.assertion()
                                    .orElseThrow(() -> new RefusedException("no assertion")),
                            asked.browserMac());
        };
    }

    private static Answered answered(Outcome outcome) {
        return switch (outcome) {
            case Redeemed redeemed -> new Answered(Optional.of(redeemed), Optional.empty());
            case SecondStepDue due -> new Answered(Optional.empty(), Optional.of(due));
        };
    }

    private static SummaryKeys summaryKeys(Map<MessageId, RecordKey> keys) {
        return new SummaryKeys(
                keys.entrySet().stream()
                        .map(entry -> new SummaryKey(entry.getKey(), entry.getValue()))
                        .collect(Collectors.toSet()));
    }

    /// This caller may not ask this.
    static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        RefusedException(String reason) {
            super(reason);
        }
    }
}
