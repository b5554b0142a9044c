package org.postern.intake;

/// All that we say to the world (RFC 5321, section 4.2; enhanced status codes of RFC 3463 as RFC
/// 2034 asks). No exception text and no address ever becomes part of it. What is our own fault is
/// 4yz, so that the client keeps the message and tries again.
enum Reply {
    HELLO(250, "", ""), // EHLO has no enhanced status code: RFC 2034, section 4
    BYE(221, "2.0.0", "Bye"),
    OK(250, "2.0.0", "OK"),
    SENDER_OK(250, "2.1.0", "Sender OK"),
    RECIPIENT_OK(250, "2.1.5", "Recipient OK"),
    CHUNK_OK(250, "2.0.0", "Octets received"), // RFC 3030, section 2
    ACCEPTED(250, "2.0.0", "Accepted as"), // followed by the message id
    CANNOT_VERIFY(252, "2.5.2", "Cannot verify, but will take mail"), // RFC 5321, section 3.5.3
    START_TLS(220, "2.0.0", "Ready to start TLS"), // RFC 3207, section 4
    AUTHENTICATED(235, "2.7.0", "Authenticated"), // RFC 4954, section 6
    CHALLENGE(334, "", ""), // followed by base64: RFC 4954, section 4
    START_MAIL(354, "", "End data with <CR><LF>.<CR><LF>"),

    CLOSING(421, "4.3.2", "Service closing, try again later"),
    TOO_MANY_CONNECTIONS(421, "4.3.2", "Too many connections, try again later"),
    TIMEOUT(421, "4.4.2", "Timeout, closing connection"),
    TOO_MANY_ERRORS(421, "4.7.0", "Too many errors, closing connection"),
    TOO_MUCH_DATA(421, "4.3.0", "Far more data than this server accepts, closing connection"),
    BROKEN(421, "4.3.0", "Something is wrong here, try again later"),
    TRY_AGAIN_LATER(451, "4.3.0", "Not accepted, try again later"),
    TOO_BUSY(451, "4.3.2", "Too busy now, try again later"),
    NO_NAME_SERVER(451, "4.4.3", "The sender cannot be verified now, try again later"),
    NO_ROOM(452, "4.3.1", "Too little room, try again later"),
    TOO_MANY_RECIPIENTS(452, "4.5.3", "Too many recipients, send the rest in another transaction"),
    NO_TLS_NOW(454, "4.7.0", "TLS not available now, try again later"), // RFC 3207, section 4

    SYNTAX(500, "5.5.2", "Command not recognised"),
    LINE_TOO_LONG(500, "5.5.2", "Line too long"),
    BODY_LINE_TOO_LONG(500, "5.5.2", "A line of the message is longer than 64 KiB"),
    BAD_ARGUMENT(501, "5.5.4", "Syntax error in arguments"),
    BAD_REVERSE_PATH(501, "5.1.7", "Malformed reverse-path"),
    BAD_FORWARD_PATH(501, "5.1.3", "Malformed forward-path"),
    NOT_IMPLEMENTED(502, "5.5.1", "Command not implemented"),
    UNKNOWN_MECHANISM(504, "5.5.4", "Mechanism not offered"), // RFC 4954, section 4
    AUTHENTICATION_CANCELLED(501, "5.7.0", "Authentication cancelled"),
    BAD_SEQUENCE(503, "5.5.1", "Bad sequence of commands"),
    TLS_ALREADY(503, "5.5.1", "TLS already active"),
    BAD_LINE_END(521, "5.5.2", "Invalid line ending, lines end with CRLF only"),
    AUTHENTICATION_REQUIRED(530, "5.7.0", "Authentication required"), // RFC 4954, section 6
    WRONG_PASSWORD(535, "5.7.8", "Authentication credentials invalid"), // RFC 4954, section 6
    TLS_REQUIRED(530, "5.7.0", "Must issue a STARTTLS command first"), // RFC 3207, section 4
    NO_SUCH_ADDRESS(550, "5.1.1", "No such address"),
    NO_ANSWERS(
            550,
            "5.7.1",
            "Your answer has reached nobody: this address takes none. Open the message with the"
                    + " link or the characters in our mail, and answer there"),
    NOT_ALLOWED(550, "5.7.1", "Not allowed to send from here"),
    UNAUTHENTICATED(
            550, "5.7.26", "The author's domain refuses mail that it has not sent"), // RFC 7372
    NOT_SIGNED(550, "5.7.22", "No valid DKIM signature of the author's domain"), // RFC 7372
    NO_SECRET(550, "5.7.1", "Without the secret field that this organisation's mail carries"),
    NOT_MARKED(
            550,
            "5.7.1",
            "Not marked for encryption: put the whole subject in [brackets] and send the message"
                    + " again; nothing was sent"),
    /// For a tenant that has chosen other brackets, or none.
    NOT_MARKED_AS_CHOSEN(
            550,
            "5.7.1",
            "Not marked for encryption as your organisation has chosen: ask those who look after"
                    + " your mail how to mark it; nothing was sent"),
    BAD_OPTION(
            554,
            "5.6.0",
            "An X-Postern field says nothing that is known here: X-Postern-Expires takes P14D or"
                    + " 2027-01-31, the others yes or no; nothing was sent"),
    UNKNOWN_OPTION(
            554,
            "5.6.0",
            "A field beginning with X-Postern asks for something that is not known here; nothing"
                    + " was sent"),
    BAD_PASSWORD(
            554,
            "5.6.0",
            "X-Postern-Password takes 6 to 128 characters, X-Postern-Password-Hint beside it up to"
                    + " 200 without the password in them; nothing was sent"),
    BAD_PHONE(
            554,
            "5.6.0",
            "X-Postern-Phone takes one number with its country, such as +49 171 1234567, without"
                    + " (0); nothing was sent"),
    TWO_LOCKS(
            554,
            "5.6.0",
            "A message has a password or a phone, so leave X-Postern-Password or X-Postern-Phone"
                    + " out; nothing was sent"),
    NO_TEXT_MESSAGES(
            554,
            "5.6.0",
            "X-Postern-Phone asks for a text message to a phone, and no service that sends them is"
                    + " set up here; nothing was sent"),
    NO_SUCH_TIME(
            554,
            "5.6.0",
            "X-Postern-Expires asks for less than a day, or for longer than your organisation keeps"
                    + " messages; nothing was sent"),
    MESSAGE_TOO_BIG(552, "5.3.4", "Message is larger than this server accepts"), // RFC 1870
    HEADER_TOO_BIG(552, "5.3.4", "Header section is larger than this server accepts"),
    UTF8_NEEDED(553, "5.6.7", "Address needs SMTPUTF8"), // RFC 6531, section 3.5
    OUT_OF_STEP(554, "5.5.0", "SMTP protocol synchronization"), // CVE-2011-0411
    LOOP(554, "5.4.6", "Message loops"), // RFC 5321, section 6.3
    UNKNOWN_PARAMETER(555, "5.5.4", "Parameter not recognised"); // RFC 5321, section 4.1.1.11

    private final int code;
    private final String enhanced;
    private final String text;

    Reply(int code, String enhanced, String text) {
        this.code = code;
        this.enhanced = enhanced;
        this.text = text;
    }

    int code() {
        return code;
    }

    /// Whether a mark is all that the message lacks.
    boolean asksForAMark() {
        return this == NOT_MARKED || this == NOT_MARKED_AS_CHOSEN;
    }

    boolean isPermanent() {
        return code >= 500;
    }

    /// What stands behind the code.
    String text() {
        return enhanced.isEmpty() ? text : enhanced + " " + text;
    }

    String line() {
        return code + " " + text();
    }
}
