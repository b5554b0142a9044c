package org.postern.db.store;

import java.util.Arrays;
import java.util.Optional;

/// What can have happened; docs/configuration.md lists them for operators.
public enum AuditKind {
    /// Mail was taken, or a reply written; recorded at hand-over.
    MESSAGE_ACCEPTED("message.accepted"),
    /// The key service opened a body for the owner of a mailbox.
    MESSAGE_OPENED("message.opened"),
    /// Whoever owns the machine with the keys took a message away, with its key.
    MESSAGE_EXPORTED("message.exported"),
    /// The key service was told to shred a message for a mailbox, or for all of them.
    MESSAGE_RECALLED("message.recalled"),
    /// Somebody who may read a message typed another password than its own.
    PASSWORD_WRONG("message.password-wrong"),
    /// The author of a message gave it another password.
    PASSWORD_CHANGED("message.password-changed"),
    /// A PIN was issued, to be sent to the phone that the author of a message named.
    PIN_ISSUED("message.pin-issued"),
    /// Somebody who may read a message typed another PIN than the one that was sent.
    PIN_WRONG("message.pin-wrong"),
    /// The author of a message named another phone.
    PHONE_CHANGED("message.phone-changed"),
    /// The key service was told that a message can be read for longer or shorter, by a mailbox or
    /// by all of them.
    MESSAGE_EXPIRY_CHANGED("message.expiry-changed"),
    /// A person was erased: nothing of the mailbox opens any more.
    MAILBOX_ERASED("mailbox.erased"),
    /// Somebody asked for a sign-in link.
    SIGN_IN_REQUESTED("sign-in.requested"),
    /// A link, a code or a passkey was used, and a second step where it is on: a session began.
    SIGN_IN_REDEEMED("sign-in.redeemed"),
    /// A reader signed out, or ended a session of his elsewhere.
    SESSION_ENDED("session.ended"),
    /// A reader ended all his sessions but the one he did it in.
    OTHER_SESSIONS_ENDED("session.others-ended"),
    /// A passkey was added to a mailbox.
    PASSKEY_ADDED("passkey.added"),
    /// A passkey signs nobody in any more.
    PASSKEY_REMOVED("passkey.removed"),
    /// Links and codes of a mailbox ask for a code of an app from now on.
    SECOND_STEP_ON("second-step.on"),
    /// They ask for it no more.
    SECOND_STEP_OFF("second-step.off"),
    /// Somebody who had link or code typed a wrong code of the app.
    SECOND_STEP_WRONG("second-step.wrong"),
    /// The same so often that none is looked at for a while.
    SECOND_STEP_HELD("second-step.held"),
    /// A recovery code was used in the place of the app.
    RECOVERY_CODE_USED("recovery-code.used"),
    /// A device is spared the second step from now on.
    DEVICE_REMEMBERED("device.remembered"),
    /// A device is asked for it again.
    DEVICE_FORGOTTEN("device.forgotten"),
    /// An organisation was made.
    TENANT_CREATED("tenant.created"),
    /// An organisation decided otherwise about its mail.
    TENANT_MAIL_CHANGED("tenant.mail-changed"),
    /// An organisation decided otherwise about the mail that tells people of messages.
    TENANT_NOTICES_CHANGED("tenant.notices-changed"),
    /// An organisation has ended: nothing of it opens any more.
    TENANT_ENDED("tenant.ended"),
    /// A domain was added.
    DOMAIN_ADDED("domain.added"),
    /// A connector was added.
    CONNECTOR_ADDED("connector.added"),
    /// A connector was given another secret header.
    CONNECTOR_SECRET_ROTATED("connector.secret-rotated"),
    /// An administrator said that an organisation's rows, which somebody else had changed, are
    /// right.
    CONFIGURATION_ACCEPTED("configuration.accepted"),
    /// An administrator took the chain away to verify it.
    AUDIT_EXPORTED("audit.exported");

    private final String word;

    AuditKind(String word) {
        this.word = word;
    }

    static Optional<AuditKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }

    /// As it is stored, exported and hashed.
    public String word() {
        return word;
    }
}
