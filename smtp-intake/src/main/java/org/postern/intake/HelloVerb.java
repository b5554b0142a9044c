package org.postern.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.postern.intake.IntakeProperties.Limits;

/// EHLO and HELO (RFC 5321, section 4.1.1.1). What is announced is what works, no more.
final class HelloVerb {

    /// Domain or address literal, and the underscore some hosts have in their names. It goes into
    /// our Received field, so nothing else may be in it.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._\\[\\]:-]{1,255}");

    private HelloVerb() {}

    static void ehlo(IntakeSession session, String argument) {
        if (greet(session, argument, true)) {
            List<String> lines = keywords(session);
            for (int i = 0; i < lines.size(); i++) {
                session.say(Reply.HELLO.code() + (i + 1 < lines.size() ? "-" : " ") + lines.get(i));
            }
        }
    }

    static void helo(IntakeSession session, String argument) {
        if (greet(session, argument, false)) {
            session.say(Reply.HELLO.code() + " " + hostName(session));
        }
    }

    private static boolean greet(IntakeSession session, String argument, boolean esmtp) {
        if (!NAME.matcher(argument).matches()) {
            session.reply(Reply.BAD_ARGUMENT);
            return false;
        }
        session.greeted(new IntakeSession.Greeting(argument, esmtp));
        return true;
    }

    private static List<String> keywords(IntakeSession session) {
        Limits limits = session.surroundings().properties().limits();
        List<String> keywords = new ArrayList<>();
        keywords.add(hostName(session));
        keywords.add("PIPELINING"); // RFC 2920
        keywords.add("SIZE " + limits.maxMessageBytes()); // RFC 1870
        keywords.add("8BITMIME"); // RFC 6152
        keywords.add("SMTPUTF8"); // RFC 6531
        keywords.add("ENHANCEDSTATUSCODES"); // RFC 2034
        keywords.add("DSN"); // RFC 3461
        if (session.isSecure()) {
            keywords.add("CHUNKING"); // RFC 3030
            keywords.add("REQUIRETLS"); // RFC 8689, section 2: worth nothing before
            if (AuthVerb.isOffered(session)) {
                keywords.add("AUTH " + String.join(" ", AuthVerb.MECHANISMS)); // RFC 4954
            }
            keywords.add("LIMITS RCPTMAX=" + limits.maxRecipients()); // RFC 9422
        } else {
            keywords.add("STARTTLS"); // RFC 3207
        }
        return keywords;
    }

    private static String hostName(IntakeSession session) {
        return session.surroundings().properties().hostName();
    }
}
