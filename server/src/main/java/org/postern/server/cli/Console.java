package org.postern.server.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Where a command speaks: answers on `out`, refusals on `err`.
public record Console(PrintStream out, PrintStream err) {

    /// The terminal that the command was typed into.
    public static Console standard() {
        return new Console(stream(FileDescriptor.out), stream(FileDescriptor.err));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    public void say(String line) {
        out.println(line);
    }

    /// One plain sentence that says why not.
    public void refuse(String sentence) {
        err.println("postern: " + sentence);
    }
}
