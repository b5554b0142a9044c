package org.postern.server;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A Host field that names this machine by a name nobody else can point here.
final class LocalName {

    private static final Pattern LOCAL =
            Pattern.compile("(localhost|127\\.[0-9.]{5,11}|\\[::1\\])(:[0-9]{1,5})?");

    private LocalName() {}

    static boolean isNamedBy(@Nullable String host) {
        return host != null && LOCAL.matcher(host).matches();
    }
}
