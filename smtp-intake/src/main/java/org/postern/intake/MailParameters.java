package org.postern.intake;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The parameters of MAIL that we know, in whatever order they came.
///
/// @param size as declared (RFC 1870); huge numbers stay huge
/// @param smtpUtf8 whether addresses may be in any alphabet (RFC 6531)
/// @param eightBit whether the content has bytes over 127 (RFC 6152)
/// @param requireTls whether it is to go on over TLS alone (RFC 8689, section 2)
/// @param envelopeId ENVID (RFC 3461, section 4.4)
/// @param returned RET (RFC 3461, section 4.3)
record MailParameters(
        Optional<Long> size,
        boolean smtpUtf8,
        boolean eightBit,
        boolean requireTls,
        Optional<String> envelopeId,
        Optional<String> returned) {

    private static final Pattern SIZE = Pattern.compile("[0-9]{1,20}"); // RFC 1870, section 3
    private static final int LONGEST_ENVELOPE_ID = 100; // RFC 3461, section 4.4

    /// What is wrong with a parameter.
    static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final Reply reply;

        RefusedException(Reply reply) {
            super(reply.name());
            this.reply = reply;
        }

        Reply reply() {
            return reply;
        }
    }

    static MailParameters parse(Map<String, String> parameters) throws RefusedException {
        Optional<Long> size = Optional.empty();
        boolean smtpUtf8 = false;
        boolean eightBit = false;
        boolean requireTls = false;
        Optional<String> envelopeId = Optional.empty();
        Optional<String> returned = Optional.empty();
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            String value = parameter.getValue();
            switch (parameter.getKey()) {
                case "SIZE" -> size = Optional.of(size(value));
                case "BODY" -> eightBit = isEightBit(value);
                case "SMTPUTF8" -> {
                    require(value.isEmpty());
                    smtpUtf8 = true;
                }
                // Before TLS there is no MAIL (RFC 3207, section 4): 530, see Verb.
                case "REQUIRETLS" -> {
                    require(value.isEmpty());
                    requireTls = true;
                }
                // Who a relay says has submitted it (RFC 4954, section 5). We believe nobody.
                case "AUTH" -> require(Xtext.isValid(value));
                case "RET" -> {
                    require(value.equalsIgnoreCase("FULL") || value.equalsIgnoreCase("HDRS"));
                    returned = Optional.of(value.toUpperCase(Locale.ROOT));
                }
                case "ENVID" -> {
                    require(Xtext.isValid(value) && value.length() <= LONGEST_ENVELOPE_ID);
                    envelopeId = Optional.of(value);
                }
                default -> throw new RefusedException(Reply.UNKNOWN_PARAMETER);
            }
        }
        return new MailParameters(size, smtpUtf8, eightBit, requireTls, envelopeId, returned);
    }

    private static long size(String value) throws RefusedException {
        require(SIZE.matcher(value).matches());
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException overNineteenDigits) {
            return Long.MAX_VALUE;
        }
    }

    /// BINARYMIME (RFC 3030, section 3) is not offered: a body without lines could not be checked
    /// for their ends.
    private static boolean isEightBit(String value) throws RefusedException {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "7BIT" -> false;
            case "8BITMIME" -> true;
            default -> throw new RefusedException(Reply.UNKNOWN_PARAMETER);
        };
    }

    private static void require(boolean valid) throws RefusedException {
        if (!valid) {
            throw new RefusedException(Reply.BAD_ARGUMENT);
        }
    }
}
