package org.postern.keys;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.ReadingKey;

/// What the owner of a mailbox sees and changes about signing in to it. Thread-safe.
///
/// Whatever changes how he signs in ends all his sessions but the one that asks (OWASP ASVS 5.0,
/// 7.4.3), and a mail tells him of it.
///
/// Every method throws a [org.springframework.dao.DataAccessException] while the ledger is away.
public interface SignInSettings {

    /// All that is set.
    ///
    /// @throws NotSignedInException if the reading key is no more
    Overview overview(TenantId tenant, ReadingKey reader) throws NotSignedInException;

    /// Ends one session of this mailbox: its reading key opens nothing from now on.
    ///
    /// @return false if it had ended
    /// @throws NotSignedInException if the reading key is no more
    boolean endSession(TenantId tenant, ReadingKey reader, UUID session)
            throws NotSignedInException;

    /// Ends every session of this mailbox but the one that asks.
    ///
    /// @return how many there were
    /// @throws NotSignedInException if the reading key is no more
    int endOtherSessions(TenantId tenant, ReadingKey reader) throws NotSignedInException;

    /// Begins to add a passkey. The challenge is good once, for five minutes.
    ///
    /// @throws NotSignedInException if the reading key is no more
    /// @throws NotRecentException if he did not just sign in
    PasskeyOffer offerPasskey(TenantId tenant, ReadingKey reader)
            throws NotSignedInException, NotRecentException;

    /// Adds what a browser made of the offer.
    ///
    /// @return false, and nothing was added, if it is not an answer to it
    /// @throws NotSignedInException if the reading key is no more
    /// @throws NotRecentException if he did not just sign in
    boolean addPasskey(TenantId tenant, ReadingKey reader, NewPasskey passkey)
            throws NotSignedInException, NotRecentException;

    /// Removes a passkey: it signs nobody in from now on.
    ///
    /// @return false if there was none
    /// @throws NotSignedInException if the reading key is no more
    /// @throws NotRecentException if he did not just sign in
    boolean removePasskey(TenantId tenant, ReadingKey reader, UUID passkey)
            throws NotSignedInException, NotRecentException;

    /// The secret for an authenticator app, the same until it is turned on or an hour is over.
    ///
    /// @return empty if the second step is on
    /// @throws NotSignedInException if the reading key is no more
    /// @throws NotRecentException if he did not just sign in
    Optional<SecondStepOffer> offerSecondStep(TenantId tenant, ReadingKey reader)
            throws NotSignedInException, NotRecentException;

    /// Has every link and code ask for a code of the app, now that it was seen to show the right
    /// one.
    ///
    /// @return what helps when the app is lost; empty if the code is wrong or nothing was offered
    /// @throws NotSignedInException if the reading key is no more
    /// @throws NotRecentException if he did not just sign in
    Optional<RecoveryCodes> turnOnSecondStep(TenantId tenant, ReadingKey reader, String code)
            throws NotSignedInException, NotRecentException;

    /// Asks for it no more; recovery codes and remembered devices go with it.
    ///
    /// @param code of the app, or a recovery code
    /// @return false, and nothing was changed, if the code is wrong or too many were
    /// @throws NotSignedInException if the reading key is no more
    /// @throws NotRecentException if he did not just sign in
    boolean turnOffSecondStep(TenantId tenant, ReadingKey reader, String code)
            throws NotSignedInException, NotRecentException;

    /// Has a device asked for the second step again.
    ///
    /// @return false if it was not remembered
    /// @throws NotSignedInException if the reading key is no more
    boolean forgetDevice(TenantId tenant, ReadingKey reader, UUID device)
            throws NotSignedInException;

    /// How somebody signs in, and where he is signed in.
    ///
    /// @param recent whether he signed in just now, so that he may change the rest
    /// @param sessions that have not ended, the newest first
    /// @param passkeys the oldest first
    /// @param secondStep if it is on
    /// @param devices that are remembered, the newest first
    record Overview(
            boolean recent,
            List<Session> sessions,
            List<Passkey> passkeys,
            Optional<SecondStep> secondStep,
            List<Device> devices) {

        public Overview {
            sessions = List.copyOf(sessions);
            passkeys = List.copyOf(passkeys);
            devices = List.copyOf(devices);
        }
    }

    /// Somebody is signed in to the mailbox.
    ///
    /// @param seenAt when it was last used, to the minute
    /// @param device as [KeyService.Visitor] named it
    /// @param current whether it is the one that asks
    record Session(
            UUID id,
            Instant begunAt,
            Instant seenAt,
            Instant endsAt,
            String device,
            boolean current) {

        @Override
        public String toString() {
            return "Session[" + id + "]";
        }
    }

    /// A passkey of the mailbox.
    ///
    /// @param name that its owner gave it
    record Passkey(UUID id, String name, Instant madeAt, Optional<Instant> usedAt) {

        @Override
        public String toString() {
            return "Passkey[" + id + "]";
        }
    }

    /// That links and codes ask for a code of an app.
    ///
    /// @param recoveryCodes how many are left
    record SecondStep(Instant since, int recoveryCodes) {}

    /// A device that is not asked for the second step.
    ///
    /// @param device as [KeyService.Visitor] named it
    record Device(UUID id, String device, Instant madeAt, Instant endsAt) {

        @Override
        public String toString() {
            return "Device[" + id + "]";
        }
    }

    /// What a browser needs to make a passkey (Web Authentication level 2, section 5.4). Bytes are
    /// base64url.
    ///
    /// @param challenge that it must sign
    /// @param user the mailbox, as its authenticator knows it
    /// @param address of the mailbox, which the authenticator shows
    /// @param known ids of the credentials there are, so that none is made twice
    record PasskeyOffer(String challenge, String user, String address, List<String> known) {

        public PasskeyOffer {
            known = List.copyOf(known);
        }

        @Override
        public String toString() {
            return "PasskeyOffer[redacted]";
        }
    }

    /// What a browser made of an offer. Bytes are base64url.
    ///
    /// @param origin of the page; the passkey is for its host
    /// @param name that its owner gives it
    record NewPasskey(String clientData, String attestation, String origin, String name) {

        private static final int MOST_CHARACTERS = 60;

        /// Whether a name can be kept.
        public static boolean isName(String text) {
            return !text.isBlank()
                    && text.length() <= MOST_CHARACTERS
                    && text.chars().noneMatch(Character::isISOControl);
        }

        public NewPasskey {
            if (!isName(name)) {
                throw new IllegalArgumentException("not a name");
            }
        }

        @Override
        public String toString() {
            return "NewPasskey[redacted]";
        }
    }

    /// What an authenticator app needs.
    ///
    /// @param secret in base 32
    /// @param address of the mailbox, by which the app names the entry
    record SecondStepOffer(String secret, String address) {

        @Override
        public String toString() {
            return "SecondStepOffer[redacted]";
        }
    }

    /// Each good once in the place of the app.
    record RecoveryCodes(List<String> codes) {

        public RecoveryCodes {
            codes = List.copyOf(codes);
        }

        @Override
        public String toString() {
            return "RecoveryCodes[redacted]";
        }
    }
}
