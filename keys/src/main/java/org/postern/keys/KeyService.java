package org.postern.keys;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.postern.crypto.DataKey;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.RecordKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.TenantId;
import org.postern.db.store.SignInRequest;

/// What the holder of the keys does for worker and portal. Thread-safe.
///
/// Every method throws a [org.springframework.dao.DataAccessException] while the ledger is away:
/// try again later.
public interface KeyService {

    /// The purpose under which a door seals the SMTP envelope (docs/format.md, section 4.5).
    String ENVELOPE = "envelope";

    /// The purpose under which the portal seals an address somebody typed.
    String ADDRESS = "address";

    /// The kind of job that tells an owner of a change; its subject is the audit event.
    String SIGN_IN_CHANGED = "sign-in-changed";

    /// Turns the spool slot of an accepted object into one slot per mailbox, making mailboxes as
    /// needed. Written to the ledger before it returns. A second call for the same object gives
    /// slots for the same mailboxes, less those shredded since; never for new ones.
    ///
    /// @param object what stands before the object's body
    /// @param certificate of the instance that sealed it; waiting since then makes no mail
    ///   inadmissible
    /// @throws OpeningFailedException if no instance of ours sealed it, or object, slot and
    ///   envelope do not belong together; then nothing was written
    Admitted admit(
            ObjectPreamble object,
            InstanceCertificate certificate,
            SpoolSlot slot,
            SealedRecord sealedEnvelope)
            throws OpeningFailedException;

    /// Makes link token and code for a request, if its address has a mailbox. Live from now for ten
    /// minutes; the challenges this browser had before are void.
    ///
    /// @throws OpeningFailedException if the request is not as it was sealed
    Optional<Issued> issue(SignInRequest request) throws OpeningFailedException;

    /// Uses a link, a code, a passkey's signature, or what follows a link or code where a second
    /// step is on. One winner, whatever is tried at once.
    ///
    /// @return the reading key, or that more is asked for; empty for every reason there is
    Optional<Outcome> redeem(TenantId tenant, Redemption redemption, Visitor visitor);

    /// The same for somebody of whose device nothing is known.
    default Optional<Outcome> redeem(TenantId tenant, Redemption redemption) {
        return redeem(tenant, redemption, Visitor.UNKNOWN);
    }

    /// What a passkey is to sign in this browser: once, within five minutes. The one that the
    /// browser had before is void.
    String passkeyChallenge(TenantId tenant, Mac256 browserMac);

    /// What readers see and change about their signing in.
    SignInSettings signInSettings();

    /// The keys of the summaries of a page of messages, for those whose slot this reader has.
    ///
    /// @throws NotSignedInException if the reading key is no more
    Map<MessageId, RecordKey> summaries(TenantId tenant, ReadingKey reader, Set<ObjectName> page)
            throws NotSignedInException;

    /// Opens this reader's own slot of a message and records that it did.
    ///
    /// @throws NotSignedInException if the reading key is no more
    /// @throws MessageLockedException if the message asks for a password or a PIN and this session
    ///   has not unlocked it
    /// @throws OpeningFailedException if the slot is not this reader's, was shredded, or its time
    ///   is over
    DataKey open(TenantId tenant, ReadingKey reader, ObjectName object, Slot slot)
            throws NotSignedInException, MessageLockedException, OpeningFailedException;

    /// What keeps a message shut for this reader; empty if nothing does.
    ///
    /// @throws NotSignedInException if the reading key is no more
    Optional<Lock> lock(TenantId tenant, ReadingKey reader, MessageId message)
            throws NotSignedInException;

    /// Tries a password, or the PIN that was sent last. If it is the message's, the message opens
    /// for this reading key. Slow on purpose.
    ///
    /// @return what keeps the message shut now; empty if nothing does
    /// @throws NotSignedInException if the reading key is no more
    Optional<Lock> unlock(TenantId tenant, ReadingKey reader, MessageId message, String password)
            throws NotSignedInException;

    /// Gives a message another password, with five tries for everybody; who had unlocked it is
    /// asked again.
    ///
    /// @return false, and nothing was changed, unless the message has a password and the reader is
    ///   its author
    /// @throws NotSignedInException if the reading key is no more
    boolean relock(TenantId tenant, ReadingKey reader, MessageId message, MessagePassword password)
            throws NotSignedInException;

    /// Asks that a PIN be sent to the phone that keeps a message shut for this reader.
    ///
    /// @return for [#issuePin]; empty if no phone does, or no more are sent now
    /// @throws NotSignedInException if the reading key is no more
    Optional<PinRequest> askPin(TenantId tenant, ReadingKey reader, MessageId message)
            throws NotSignedInException;

    /// Makes the PIN that somebody has asked for. Live from now for ten minutes; the one before it
    /// is void. Called again for the same request, since it could not be sent, it makes another.
    ///
    /// @return empty if nobody waits for it any more
    Optional<IssuedPin> issuePin(TenantId tenant, PinRequest request);

    /// Has the PINs of a message go to another phone, with five tries and ten sendings for
    /// everybody; who had unlocked it is asked again.
    ///
    /// @return false, and nothing was changed, unless PINs for the message go to a phone and the
    ///   reader is its author
    /// @throws NotSignedInException if the reading key is no more
    boolean relock(TenantId tenant, ReadingKey reader, MessageId message, PhoneNumber phone)
            throws NotSignedInException;

    /// Who this reader is.
    ///
    /// @throws NotSignedInException if the reading key is no more
    Owner own(TenantId tenant, ReadingKey reader) throws NotSignedInException;

    /// Shreds: the message opens for none of these mailboxes ever again. All of them, if none is
    /// named.
    void destroy(TenantId tenant, MessageId message, Set<MailboxId> mailboxes);

    /// Changes until when the message can be read by these mailboxes; by all of them, if none is
    /// named. What was shredded stays so, and whoever has opened a message to be read once gets no
    /// more time.
    void expire(TenantId tenant, MessageId message, Set<MailboxId> mailboxes, Dates dates);

    /// The same for the message's author, also after its first date.
    ///
    /// @throws NotSignedInException if the reading key is no more
    /// @throws OpeningFailedException if the message is not this reader's to change, or is deleted
    void expireOwn(
            TenantId tenant,
            ReadingKey author,
            MessageId message,
            Set<MailboxId> mailboxes,
            Dates dates)
            throws NotSignedInException, OpeningFailedException;

    /// Erases a person: nothing of the address's mailbox opens ever again, whoever is signed in to
    /// it is not any more. Mail for the address makes a new mailbox.
    ///
    /// @return the mailbox that the address had; empty if it has none
    Optional<MailboxId> erase(TenantId tenant, EmailAddress address);

    /// Ends a tenant: nothing of it opens ever again.
    void endTenant(TenantId tenant);

    /// Ends a reading key before its time.
    void end(TenantId tenant, ReadingKey reader);

    /// Until when a message can be read.
    ///
    /// @param refusedFrom not read from then on
    /// @param deletedFrom shredded then; until then it can be given back. Not before `refusedFrom`
    record Dates(Instant refusedFrom, Instant deletedFrom) {

        public Dates {
            if (deletedFrom.isBefore(refusedFrom)) {
                throw new IllegalArgumentException("deleted before it is refused");
            }
        }
    }

    /// What admission gives the worker.
    ///
    /// @param dataKey opens the content, for the part index
    record Admitted(DataKey dataKey, Envelope envelope, List<AdmittedMailbox> mailboxes) {

        public Admitted {
            mailboxes = List.copyOf(mailboxes);
        }
    }

    /// One mailbox of an admitted object.
    ///
    /// @param addressMac the address's normal form under the index key
    /// @param recipient whether it was a forward-path
    /// @param author whether it is the author's
    record AdmittedMailbox(
            MailboxId mailbox,
            EmailAddress address,
            Mac256 addressMac,
            boolean recipient,
            boolean author,
            Slot slot,
            RecordKey summaryKey) {

        @Override
        public String toString() {
            return "AdmittedMailbox[" + mailbox + "]";
        }
    }

    /// What the sign-in mail needs.
    ///
    /// @param address as stored, never as typed
    record Issued(EmailAddress address, String token, String code) {

        @Override
        public String toString() {
            return "Issued[redacted]";
        }
    }

    /// Something that signs in, with the binding of the browser that has it.
    sealed interface Redemption {

        /// SHA-256 of the browser's binding.
        Mac256 browserMac();

        /// The link was followed and its button pressed.
        record Link(String token, Mac256 browserMac) implements Redemption {
            @Override
            public String toString() {
                return "Link[redacted]";
            }
        }

        /// The code was typed.
        record Code(String code, Mac256 browserMac) implements Redemption {
            @Override
            public String toString() {
                return "Code[redacted]";
            }
        }

        /// What the app shows was typed after link or code, or a recovery code.
        ///
        /// @param remember whether this device shall not be asked again for a while
        record SecondStep(String code, boolean remember, Mac256 browserMac) implements Redemption {
            @Override
            public String toString() {
                return "SecondStep[redacted]";
            }
        }

        /// A passkey was used, instead of link or code.
        record Passkey(Assertion assertion, Mac256 browserMac) implements Redemption {
            @Override
            public String toString() {
                return "Passkey[redacted]";
            }
        }
    }

    /// What an authenticator signed for a passkey (Web Authentication level 2, section 5.2.2).
    /// Bytes are base64url.
    ///
    /// @param credential the passkey's id
    /// @param origin of the page
    record Assertion(
            String credential, String clientData, String data, String signature, String origin) {

        @Override
        public String toString() {
            return "Assertion[redacted]";
        }
    }

    /// Who redeems, as far as his owner is shown it in the list of sessions.
    ///
    /// @param device in a few plain words
    /// @param rememberedAs the token of a remembered device
    record Visitor(String device, Optional<String> rememberedAs) {

        /// Somebody of whose device nothing is known.
        public static final Visitor UNKNOWN = new Visitor("", Optional.empty());

        private static final int MOST_CHARACTERS = 100;

        public Visitor {
            if (device.length() > MOST_CHARACTERS) {
                throw new IllegalArgumentException("not a few words");
            }
        }

        @Override
        public String toString() {
            return "Visitor[redacted]";
        }
    }

    /// What came of something that was right.
    sealed interface Outcome {}

    /// Somebody signed in.
    ///
    /// @param device by which this device is remembered from now on, if he wanted it
    record Redeemed(ReadingKey reader, MailboxId mailbox, Instant endsAt, Optional<String> device)
            implements Outcome {

        @Override
        public String toString() {
            return "Redeemed[" + mailbox + "]";
        }
    }

    /// Link or code were right, and the code of an app is still to come, within ten minutes and
    /// from the same browser. There is no reading key before it.
    ///
    /// @param wrong whether what was typed just now was wrong, or not looked at
    /// @param waitsUntil when one is looked at again, after too many wrong ones
    record SecondStepDue(boolean wrong, Optional<Instant> waitsUntil) implements Outcome {}

    /// What a signed-in reader's session may open with.
    record ReadingKey(String secret) {

        @Override
        public String toString() {
            return "ReadingKey[redacted]";
        }
    }

    /// What keeps a message shut.
    ///
    /// @param hint that its author gave
    /// @param triesLeft until password or PIN was typed wrong too often
    /// @param phone where the PIN goes; empty if the message has a password
    record Lock(Optional<String> hint, int triesLeft, Optional<Phone> phone) {

        /// Whether nobody can help but the message's author.
        public boolean shutForGood() {
            return triesLeft == 0
                    || phone.filter(its -> its.pinsLeft() == 0 && !its.awaited()).isPresent();
        }

        @Override
        public String toString() {
            return "Lock[triesLeft=" + triesLeft + "]";
        }
    }

    /// What a reader may know of the phone to which the PIN of a message goes.
    ///
    /// @param ending its last two digits
    /// @param pinsLeft how many are sent still
    /// @param pinsFrom when the next one is sent; empty if now
    /// @param awaited whether one can be typed, or is on its way
    record Phone(String ending, int pinsLeft, Optional<Instant> pinsFrom, boolean awaited) {

        @Override
        public String toString() {
            return "Phone[pinsLeft=" + pinsLeft + "]";
        }
    }

    /// That a reader asked for a PIN. It is no secret: only a worker gets something for it.
    record PinRequest(UUID id) {}

    /// What the text message needs.
    record IssuedPin(PhoneNumber phone, String pin) {

        @Override
        public String toString() {
            return "IssuedPin[redacted]";
        }
    }

    /// A message's sealed object.
    ///
    /// @param headerHash SHA-256 of the object's header
    record ObjectName(MessageId message, Mac256 headerHash) {}

    /// The owner of a mailbox.
    record Owner(MailboxId mailbox, EmailAddress address) {

        @Override
        public String toString() {
            return "Owner[" + mailbox + "]";
        }
    }
}
