package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;

/// Messages as a mail program writes them.
final class Mail {

    private Mail() {}

    /// A marked message with a text and one attachment.
    static byte[] withAttachment(
            String from, String to, String subject, String text, String fileName, byte[] file) {
        return withAttachment(from, to, subject, "text/plain", text, fileName, file);
    }

    /// The same with a body of this media type.
    static byte[] withAttachment(
            String from,
            String to,
            String subject,
            String type,
            String text,
            String fileName,
            byte[] file) {
        return ("From: Nora Nurse <"
                        + from
                        + ">\r\nTo: "
                        + to
                        + "\r\nSubject: "
                        + subject
                        + "\r\nMessage-ID: <"
                        + hash(file).substring(0, 20)
                        + "@mail.example.com>\r\n"
                        + "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
                        + "MIME-Version: 1.0\r\n"
                        + "Content-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n"
                        + "--b1\r\n"
                        + "Content-Type: "
                        + type
                        + "; charset=utf-8\r\n\r\n"
                        + text
                        + "\r\n--b1\r\nContent-Type: application/pdf; name=\""
                        + fileName
                        + "\"\r\n"
                        + "Content-Transfer-Encoding: base64\r\n"
                        + "Content-Disposition: attachment; filename=\""
                        + fileName
                        + "\"\r\n\r\n"
                        + Base64.getMimeEncoder().encodeToString(file)
                        + "\r\n--b1--\r\n")
                .getBytes(UTF_8);
    }

    /// A message with a text alone.
    static byte[] plain(String from, String to, String subject, String text) {
        return ("From: Nora Nurse <"
                        + from
                        + ">\r\nTo: "
                        + to
                        + "\r\nSubject: "
                        + subject
                        + "\r\n\r\n"
                        + text
                        + "\r\n")
                .getBytes(UTF_8);
    }

    /// Bytes that look like nothing, the same every time.
    static byte[] file(int bytes, long seed) {
        byte[] file = new byte[bytes];
        new Random(seed).nextBytes(file);
        return file;
    }

    static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
