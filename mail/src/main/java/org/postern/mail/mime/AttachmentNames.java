package org.postern.mail.mime;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Gives every attachment of one message a name of its own.
final class AttachmentNames {

    private static final Map<String, String> EXTENSIONS =
            Map.ofEntries(
                    Map.entry("text/plain", ".txt"),
                    Map.entry("text/html", ".html"),
                    Map.entry("text/calendar", ".ics"),
                    Map.entry("text/csv", ".csv"),
                    Map.entry("text/vcard", ".vcf"),
                    Map.entry("text/rtf", ".rtf"),
                    Map.entry("image/png", ".png"),
                    Map.entry("image/jpeg", ".jpg"),
                    Map.entry("image/gif", ".gif"),
                    Map.entry("image/webp", ".webp"),
                    Map.entry("image/tiff", ".tif"),
                    Map.entry("application/pdf", ".pdf"),
                    Map.entry("application/zip", ".zip"),
                    Map.entry("application/xml", ".xml"),
                    Map.entry("application/json", ".json"),
                    Map.entry("application/pgp-signature", ".asc"),
                    Map.entry("application/pkcs7-signature", ".p7s"),
                    Map.entry("application/pkcs7-mime", ".p7m"));

    private final Set<String> taken = new HashSet<>();

    Attachment name(Part part) {
        String wanted = part.fileName().orElseGet(() -> generated(part));
        if (isMessage(part) && !wanted.toLowerCase(Locale.ROOT).endsWith(".eml")) {
            wanted = DisplayText.cut(wanted, FileNames.LONGEST - 4) + ".eml";
        }
        return new Attachment(part, unique(wanted));
    }

    private static boolean isMessage(Part part) {
        return part.mediaType().equals(ContentFields.MESSAGE);
    }

    private static String generated(Part part) {
        if (isMessage(part)) {
            return "message-" + part.number() + ".eml";
        }
        if (part.mediaType().equals("application/ms-tnef")) {
            return "winmail.dat"; // what Outlook calls it; not unpacked
        }
        return "part-" + part.number() + EXTENSIONS.getOrDefault(part.mediaType(), ".bin");
    }

    /// `a.pdf`, `a (2).pdf`; on many systems case alone does not tell files apart.
    private String unique(String wanted) {
        if (taken.add(wanted.toLowerCase(Locale.ROOT))) {
            return wanted;
        }
        int dot = wanted.lastIndexOf('.');
        int stemEnd = dot > 0 ? dot : wanted.length();
        for (int number = 2; ; number++) { // at most as often as the message has parts
            String suffix = " (" + number + ")";
            String stem =
                    DisplayText.cut(
                            wanted.substring(0, stemEnd),
                            Math.max(
                                    1,
                                    FileNames.LONGEST
                                            - suffix.length()
                                            - (wanted.length() - stemEnd)));
            String name = stem + suffix + wanted.substring(stemEnd);
            if (taken.add(name.toLowerCase(Locale.ROOT))) {
                return name;
            }
        }
    }
}
