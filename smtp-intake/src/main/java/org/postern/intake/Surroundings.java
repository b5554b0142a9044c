package org.postern.intake;

import java.time.Clock;
import org.postern.mail.door.Door;
import org.postern.mail.spool.Spool;

/// What every session of this door has around it.
record Surroundings(
        IntakeProperties properties,
        Door door,
        Spool spool,
        IntakeTls tls,
        Connections connections,
        PassingOn.Caller caller,
        Witnesses witnesses,
        PrivateAuthorities privateAuthorities,
        Clock clock) {}
