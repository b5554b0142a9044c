package org.postern.server.cli;

import java.util.Optional;

/// `version`
final class Version implements Command {

    @Override
    public String name() {
        return "version";
    }

    @Override
    public String summary() {
        return "say which Postern this is";
    }

    @Override
    public int run(Arguments arguments, Console console) {
        // written into the jar by the build; absent when the classes run unpacked
        String version =
                Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                        .orElse("(not packaged)");
        console.say("postern " + version + ", Java " + Runtime.version());
        return 0;
    }
}
