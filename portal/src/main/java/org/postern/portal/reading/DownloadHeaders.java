package org.postern.portal.reading;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Set;
import org.postern.portal.frame.PortalHeaders;
import org.springframework.http.HttpHeaders;

/// Has a browser save what it is sent, and do nothing else with it.
final class DownloadHeaders {

    private static final String POLICY = "sandbox; default-src 'none'";
    private static final String OCTETS = "application/octet-stream";
    private static final String UNRESERVED = "!#$&+-.^_`|~"; // attr-char, RFC 8187, section 3.2.1

    /// What may be named for what it is; a browser runs none of these.
    private static final Set<String> TYPES =
            Set.of(
                    "application/msword",
                    "application/pdf",
                    "application/vnd.ms-excel",
                    "application/vnd.ms-powerpoint",
                    "application/vnd.oasis.opendocument.presentation",
                    "application/vnd.oasis.opendocument.spreadsheet",
                    "application/vnd.oasis.opendocument.text",
                    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                    "application/zip",
                    "audio/mpeg",
                    "audio/wav",
                    "image/gif",
                    "image/heic",
                    "image/jpeg",
                    "image/png",
                    "image/tiff",
                    "image/webp",
                    "message/rfc822",
                    "text/calendar",
                    "text/csv",
                    "text/plain",
                    "video/mp4");

    private DownloadHeaders() {}

    static void set(HttpServletResponse response, String fileName, String mediaType) {
        String type = mediaType.toLowerCase(Locale.ROOT);
        response.setHeader(HttpHeaders.CONTENT_TYPE, TYPES.contains(type) ? type : OCTETS);
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, disposition(fileName));
        response.setHeader(PortalHeaders.CONTENT_SECURITY_POLICY, POLICY);
    }

    /// RFC 6266, section 4.3, and its appendix D: a plain form for old clients, then the exact one.
    static String disposition(String fileName) {
        return "attachment; filename=\""
                + plain(fileName)
                + "\"; filename*=UTF-8''"
                + extended(fileName);
    }

    private static String plain(String fileName) {
        StringBuilder plain = new StringBuilder();
        fileName.codePoints()
                .map(c -> isLetterOrDigit(c) || " ._()-".indexOf(c) >= 0 ? c : '_')
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }

    private static String extended(String fileName) {
        StringBuilder extended = new StringBuilder();
        for (byte b : fileName.getBytes(UTF_8)) {
            int c = Byte.toUnsignedInt(b);
            if (isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0) {
                extended.append((char) c);
            } else {
                extended.append('%').append(String.format(Locale.ROOT, "%02X", c));
            }
        }
        return extended.toString();
    }

    private static boolean isLetterOrDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
}
