package org.postern.intake;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postern.intake.MailParameters.RefusedException;

/// The parameters of RCPT that we know: the client's wishes for delivery status notifications (RFC
/// 3461), kept as given.
record RcptParameters(Optional<String> notifyOn, Optional<String> originalRecipient) {

    private static final Set<String> NOTIFY = Set.of("SUCCESS", "FAILURE", "DELAY");
    private static final Pattern ADDRESS_TYPE = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final int LONGEST_ORIGINAL_RECIPIENT = 500; // RFC 3461, section 4.2

    static RcptParameters parse(Map<String, String> parameters) throws RefusedException {
        Optional<String> notifyOn = Optional.empty();
        Optional<String> originalRecipient = Optional.empty();
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            String value = parameter.getValue();
            switch (parameter.getKey()) {
                case "NOTIFY" -> {
                    require(isNotify(value.toUpperCase(Locale.ROOT)));
                    notifyOn = Optional.of(value.toUpperCase(Locale.ROOT));
                }
                case "ORCPT" -> {
                    require(isOriginalRecipient(value));
                    originalRecipient = Optional.of(value);
                }
                default -> throw new RefusedException(Reply.UNKNOWN_PARAMETER);
            }
        }
        return new RcptParameters(notifyOn, originalRecipient);
    }

    private static boolean isNotify(String value) {
        return value.equals("NEVER") || NOTIFY.containsAll(Arrays.asList(value.split(",", -1)));
    }

    /// The form for other alphabets (RFC 6533, section 3) may hold them as they are.
    private static boolean isOriginalRecipient(String value) {
        int semicolon = value.indexOf(';');
        if (semicolon < 0 || value.length() > LONGEST_ORIGINAL_RECIPIENT) {
            return false;
        }
        String type = value.substring(0, semicolon);
        String address = value.substring(semicolon + 1);
        return ADDRESS_TYPE.matcher(type).matches()
                && (type.equalsIgnoreCase("utf-8") ? !address.isEmpty() : Xtext.isValid(address));
    }

    private static void require(boolean valid) throws RefusedException {
        if (!valid) {
            throw new RefusedException(Reply.BAD_ARGUMENT);
        }
    }
}
