package org.postern.keys.remote;

import static org.postern.keys.Role.INTAKE;
import static org.postern.keys.Role.PORTAL;
import static org.postern.keys.Role.WORKER;

import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.keys.Role;

/// Every call there is, and who may make it by the roles in his certificate. Whatever is not in
/// this list, nobody may do from outside the process that holds the keys.
///
/// Nobody has a worker's calls and a portal's unless the operator gave one process both roles: a
/// taken portal cannot admit, and a taken worker, which sees sign-in links and PINs, cannot use
/// them.
enum Call {
    /// As large as an envelope of a thousand recipients.
    ADMIT(Sizes.LARGE, WORKER),
    ISSUE(Sizes.SMALL, WORKER),
    ISSUE_PIN(Sizes.SMALL, WORKER),
    DESTROY(Sizes.LARGE, WORKER),
    EXPIRE(Sizes.LARGE, WORKER),
    ERASE(Sizes.SMALL, WORKER),
    END_TENANT(Sizes.SMALL, WORKER),

    REDEEM(Sizes.SMALL, PORTAL),
    SUMMARIES(Sizes.LARGE, PORTAL),
    OPEN(Sizes.SMALL, PORTAL),
    LOCK(Sizes.SMALL, PORTAL),
    UNLOCK(Sizes.SMALL, PORTAL),
    RELOCK(Sizes.SMALL, PORTAL),
    ASK_PIN(Sizes.SMALL, PORTAL),
    SET_PHONE(Sizes.SMALL, PORTAL),
    OWN(Sizes.SMALL, PORTAL),
    EXPIRE_OWN(Sizes.LARGE, PORTAL),
    END(Sizes.SMALL, PORTAL),
    SIGN_IN_OVERVIEW(Sizes.SMALL, PORTAL),
    END_SESSION(Sizes.SMALL, PORTAL),
    END_OTHER_SESSIONS(Sizes.SMALL, PORTAL),
    PASSKEY_CHALLENGE(Sizes.SMALL, PORTAL),
    OFFER_PASSKEY(Sizes.SMALL, PORTAL),
    ADD_PASSKEY(Sizes.SMALL, PORTAL),
    REMOVE_PASSKEY(Sizes.SMALL, PORTAL),
    OFFER_SECOND_STEP(Sizes.SMALL, PORTAL),
    TURN_ON_SECOND_STEP(Sizes.SMALL, PORTAL),
    TURN_OFF_SECOND_STEP(Sizes.SMALL, PORTAL),
    FORGET_DEVICE(Sizes.SMALL, PORTAL),

    SUCCESSION(Sizes.SMALL, INTAKE, WORKER, PORTAL),

    /// Only the caller's own instance.
    CERTIFY(Sizes.SMALL, INTAKE, PORTAL),

    /// Only of the caller's own instance.
    REPORT(Sizes.SMALL, INTAKE, PORTAL),

    /// Only snapshots, and only with what was announced or accepted.
    SIGN(Sizes.LARGE, WORKER),
    ALTERED(Sizes.LARGE, WORKER),
    ANNOUNCE(Sizes.LARGE, WORKER),
    CONFIRM(Sizes.LARGE, WORKER),
    ACCEPT(Sizes.LARGE, WORKER),
    SPOOL_KEY(Sizes.SMALL, WORKER),
    CREATE_TENANT(Sizes.SMALL, WORKER),
    LEND(Sizes.SMALL, WORKER),
    DESTINATION_KEY(Sizes.SMALL, WORKER),
    RETURN_KEY(Sizes.SMALL, INTAKE, WORKER),

    /// The chain only ever grows, whoever asks: see AuditTrees.
    CHECKPOINT(Sizes.LARGE, WORKER),
    AUDITED(Sizes.SMALL, WORKER),
    AUDIT_SUCCESSION(Sizes.SMALL, WORKER);

    private final int mostBytes;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of gives one that never changes
    private final Set<Role> roles;

    Call(int mostBytes, Role... roles) {
        this.mostBytes = mostBytes;
        this.roles = Set.of(roles);
    }

    /// How many bytes a question may have.
    int mostBytes() {
        return mostBytes;
    }

    boolean isAllowed(Set<Role> caller) {
        return !Collections.disjoint(roles, caller);
    }

    String path() {
        return "/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Call> at(String path) {
        return Arrays.stream(values()).filter(call -> call.path().equals(path)).findFirst();
    }

    private static final class Sizes {
        static final int SMALL = 16 << 10;
        static final int LARGE = 8 << 20;
    }
}
