package org.postern.keys.remote;

import static org.postern.keys.remote.KeysConnection.required;

import java.util.Optional;
import java.util.UUID;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.NotRecentException;
import org.postern.keys.NotSignedInException;
import org.postern.keys.SignInSettings;
import org.postern.keys.remote.Questions.AddPasskey;
import org.postern.keys.remote.Questions.Count;
import org.postern.keys.remote.Questions.Done;
import org.postern.keys.remote.Questions.OfReader;
import org.postern.keys.remote.Questions.Reader;
import org.postern.keys.remote.Questions.WithCode;

/// The settings of readers, kept by another process.
final class HttpsSignInSettings implements SignInSettings {

    private final KeysConnection keys;

    HttpsSignInSettings(KeysConnection keys) {
        this.keys = keys;
    }

    @Override
    public Overview overview(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        return required(
                keys.askReading(Call.SIGN_IN_OVERVIEW, new Reader(tenant, reader), Overview.class));
    }

    @Override
    public boolean endSession(TenantId tenant, ReadingKey reader, UUID session)
            throws NotSignedInException {
        return required(
                        keys.askReading(
                                Call.END_SESSION,
                                new OfReader(tenant, reader, session),
                                Done.class))
                .done();
    }

    @Override
    public int endOtherSessions(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        return required(
                        keys.askReading(
                                Call.END_OTHER_SESSIONS, new Reader(tenant, reader), Count.class))
                .count();
    }

    @Override
    public PasskeyOffer offerPasskey(TenantId tenant, ReadingKey reader)
            throws NotSignedInException, NotRecentException {
        return required(
                keys.askChanging(
                        Call.OFFER_PASSKEY, new Reader(tenant, reader), PasskeyOffer.class));
    }

    @Override
    public boolean addPasskey(TenantId tenant, ReadingKey reader, NewPasskey passkey)
            throws NotSignedInException, NotRecentException {
        return done(Call.ADD_PASSKEY, new AddPasskey(tenant, reader, passkey));
    }

    @Override
    public boolean removePasskey(TenantId tenant, ReadingKey reader, UUID passkey)
            throws NotSignedInException, NotRecentException {
        return done(Call.REMOVE_PASSKEY, new OfReader(tenant, reader, passkey));
    }

    @Override
    public Optional<SecondStepOffer> offerSecondStep(TenantId tenant, ReadingKey reader)
            throws NotSignedInException, NotRecentException {
        return keys.askChanging(
                Call.OFFER_SECOND_STEP, new Reader(tenant, reader), SecondStepOffer.class);
    }

    @Override
    public Optional<RecoveryCodes> turnOnSecondStep(TenantId tenant, ReadingKey reader, String code)
            throws NotSignedInException, NotRecentException {
        return keys.askChanging(
                Call.TURN_ON_SECOND_STEP, new WithCode(tenant, reader, code), RecoveryCodes.class);
    }

    @Override
    public boolean turnOffSecondStep(TenantId tenant, ReadingKey reader, String code)
            throws NotSignedInException, NotRecentException {
        return done(Call.TURN_OFF_SECOND_STEP, new WithCode(tenant, reader, code));
    }

    @Override
    public boolean forgetDevice(TenantId tenant, ReadingKey reader, UUID device)
            throws NotSignedInException {
        return required(
                        keys.askReading(
                                Call.FORGET_DEVICE,
                                new OfReader(tenant, reader, device),
                                Done.class))
                .done();
    }

    private boolean done(Call call, Object question)
            throws NotSignedInException, NotRecentException {
        return required(keys.askChanging(call, question, Done.class)).done();
    }
}
