package org.postern.keys.limits;

import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.Tokens;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.NotRecentException;
import org.postern.keys.NotSignedInException;
import org.postern.keys.SignInSettings;

/// Settings that are asked for so often and no more.
final class LimitedSignInSettings implements SignInSettings {

    private final SignInSettings settings;
    private final Gate own;

    LimitedSignInSettings(SignInSettings settings, Gate own) {
        this.settings = settings;
        this.own = own;
    }

    @Override
    public Overview overview(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        pass(reader);
        return settings.overview(tenant, reader);
    }

    /// Never refused: whoever ends a session has it ended now.
    @Override
    public boolean endSession(TenantId tenant, ReadingKey reader, UUID session)
            throws NotSignedInException {
        return settings.endSession(tenant, reader, session);
    }

    /// Never refused: likewise.
    @Override
    public int endOtherSessions(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        return settings.endOtherSessions(tenant, reader);
    }

    @Override
    public PasskeyOffer offerPasskey(TenantId tenant, ReadingKey reader)
            throws NotSignedInException, NotRecentException {
        pass(reader);
        return settings.offerPasskey(tenant, reader);
    }

    @Override
    public boolean addPasskey(TenantId tenant, ReadingKey reader, NewPasskey passkey)
            throws NotSignedInException, NotRecentException {
        pass(reader);
        return settings.addPasskey(tenant, reader, passkey);
    }

    @Override
    public boolean removePasskey(TenantId tenant, ReadingKey reader, UUID passkey)
            throws NotSignedInException, NotRecentException {
        pass(reader);
        return settings.removePasskey(tenant, reader, passkey);
    }

    @Override
    public Optional<SecondStepOffer> offerSecondStep(TenantId tenant, ReadingKey reader)
            throws NotSignedInException, NotRecentException {
        pass(reader);
        return settings.offerSecondStep(tenant, reader);
    }

    @Override
    public Optional<RecoveryCodes> turnOnSecondStep(TenantId tenant, ReadingKey reader, String code)
            throws NotSignedInException, NotRecentException {
        pass(reader);
        return settings.turnOnSecondStep(tenant, reader, code);
    }

    @Override
    public boolean turnOffSecondStep(TenantId tenant, ReadingKey reader, String code)
            throws NotSignedInException, NotRecentException {
        pass(reader);
        return settings.turnOffSecondStep(tenant, reader, code);
    }

    @Override
    public boolean forgetDevice(TenantId tenant, ReadingKey reader, UUID device)
            throws NotSignedInException {
        pass(reader);
        return settings.forgetDevice(tenant, reader, device);
    }

    private void pass(ReadingKey reader) {
        own.pass(Tokens.hash(reader.secret()));
    }
}
