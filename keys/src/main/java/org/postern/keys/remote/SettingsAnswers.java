package org.postern.keys.remote;

import org.jspecify.annotations.Nullable;
import org.postern.keys.NotRecentException;
import org.postern.keys.NotSignedInException;
import org.postern.keys.SignInSettings;
import org.postern.keys.remote.Questions.AddPasskey;
import org.postern.keys.remote.Questions.Count;
import org.postern.keys.remote.Questions.Done;
import org.postern.keys.remote.Questions.OfReader;
import org.postern.keys.remote.Questions.Reader;
import org.postern.keys.remote.Questions.WithCode;

/// Answers what readers ask of their own settings.
final class SettingsAnswers {

    private final SignInSettings settings;

    SettingsAnswers(SignInSettings settings) {
        this.settings = settings;
    }

    /// Null for nothing.
    @Nullable Object answer(Call call, byte[] question)
            throws NotSignedInException, NotRecentException {
        return switch (call) {
            case SIGN_IN_OVERVIEW -> {
                Reader asked = WireFormat.read(question, Reader.class);
                yield settings.overview(asked.tenant(), asked.reader());
            }
            case END_SESSION -> {
                OfReader asked = WireFormat.read(question, OfReader.class);
                yield new Done(settings.endSession(asked.tenant(), asked.reader(), asked.id()));
            }
            case END_OTHER_SESSIONS -> {
                Reader asked = WireFormat.read(question, Reader.class);
                yield new Count(settings.endOtherSessions(asked.tenant(), asked.reader()));
            }
            case OFFER_PASSKEY -> {
                Reader asked = WireFormat.read(question, Reader.class);
                yield settings.offerPasskey(asked.tenant(), asked.reader());
            }
            case ADD_PASSKEY -> {
                AddPasskey asked = WireFormat.read(question, AddPasskey.class);
                yield new Done(
                        settings.addPasskey(asked.tenant(), asked.reader(), asked.passkey()));
            }
            case REMOVE_PASSKEY -> {
                OfReader asked = WireFormat.read(question, OfReader.class);
                yield new Done(settings.removePasskey(asked.tenant(), asked.reader(), asked.id()));
            }
            case OFFER_SECOND_STEP -> {
                Reader asked = WireFormat.read(question, Reader.class);
                yield settings.offerSecondStep(asked.tenant(), asked.reader()).orElse(null);
            }
            case TURN_ON_SECOND_STEP -> {
                WithCode asked = WireFormat.read(question, WithCode.class);
                yield settings.turnOnSecondStep(asked.tenant(), asked.reader(), asked.code())
                        .orElse(null);
            }
            case TURN_OFF_SECOND_STEP -> {
                WithCode asked = WireFormat.read(question, WithCode.class);
                yield new Done(
                        settings.turnOffSecondStep(asked.tenant(), asked.reader(), asked.code()));
            }
            case FORGET_DEVICE -> {
                OfReader asked = WireFormat.read(question, OfReader.class);
                yield new Done(settings.forgetDevice(asked.tenant(), asked.reader(), asked.id()));
            }
            default -> throw new IllegalArgumentException("not of the settings: " + call);
        };
    }
}
