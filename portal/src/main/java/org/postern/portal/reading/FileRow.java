package org.postern.portal.reading;

import java.util.Locale;
import java.util.Set;
import org.postern.mail.reading.Attachment;
import org.springframework.util.unit.DataSize;

/// An attachment as its row on the page shows it.
///
/// @param icon which icon of the set
/// @param size rounded, for people
public record FileRow(int part, String name, String icon, String size, Risk risk) {

    /// What opening a file may do to who opens it.
    public enum Risk {
        NONE,
        /// It runs.
        PROGRAM,
        /// It runs, and its name says that it is a document.
        DISGUISED
    }

    private static final Set<String> PROGRAMS =
            Set.of(
                    "apk", "app", "bat", "chm", "cmd", "com", "cpl", "dll", "dmg", "docm", "exe",
                    "hta", "htm", "html", "img", "iso", "jar", "js", "jse", "lnk", "msc", "msi",
                    "msp", "pif", "pkg", "ps1", "reg", "scr", "sh", "svg", "url", "vb", "vbe",
                    "vbs", "vhd", "vhdx", "wsf", "wsh", "xhtml", "xlsm", "pptm");

    private static final Set<String> DOCUMENTS =
            Set.of(
                    "csv", "doc", "docx", "gif", "jpeg", "jpg", "mp3", "mp4", "odt", "pdf", "png",
                    "ppt", "pptx", "rtf", "txt", "xls", "xlsx");

    private static final Set<String> PACKAGES =
            Set.of("7z", "bz2", "gz", "rar", "tar", "tgz", "xz", "zip");

    static FileRow of(Attachment attachment) {
        String name = attachment.fileName();
        return new FileRow(
                attachment.part(), name, icon(attachment), size(about(attachment)), risk(name));
    }

    /// What is shorter than a line of base64 still has bytes.
    private static long about(Attachment attachment) {
        return attachment.bytes() > 0 ? attachment.bytes() : attachment.encodedBytes() * 3 / 4;
    }

    static Risk risk(String name) {
        String[] pieces = name.toLowerCase(Locale.ROOT).split("\\.", -1);
        if (pieces.length < 2 || !PROGRAMS.contains(pieces[pieces.length - 1].strip())) {
            return Risk.NONE;
        }
        return pieces.length > 2 && DOCUMENTS.contains(pieces[pieces.length - 2].strip())
                ? Risk.DISGUISED
                : Risk.PROGRAM;
    }

    /// In steps of 1,000, as the files' owners see it elsewhere.
    static String size(long bytes) {
        if (bytes < 1000) {
            return bytes + " bytes";
        }
        if (bytes < 999_500) {
            return Math.round(bytes / 1e3) + " kB";
        }
        if (bytes < 999_500_000) {
            return String.format(
                    Locale.ENGLISH, bytes < 9_950_000 ? "%.1f MB" : "%.0f MB", bytes / 1e6);
        }
        return String.format(Locale.ENGLISH, "%.1f GB", bytes / 1e9);
    }

    /// A limit as it is set: 250 MB is 250 times 1,048,576 bytes there.
    static String binarySize(DataSize limit) {
        long megabytes = limit.toMegabytes();
        return megabytes >= 1024 && megabytes % 1024 == 0
                ? limit.toGigabytes() + " GB"
                : megabytes >= 1 ? megabytes + " MB" : limit.toKilobytes() + " kB";
    }

    private static String icon(Attachment attachment) {
        String type = attachment.mediaType().toLowerCase(Locale.ROOT);
        String name = attachment.fileName().toLowerCase(Locale.ROOT);
        String extension = name.substring(name.lastIndexOf('.') + 1);
        if (type.startsWith("image/")) {
            return "image";
        }
        if (type.equals("message/rfc822")) {
            return "mail";
        }
        if (PACKAGES.contains(extension)) {
            return "archive";
        }
        return DOCUMENTS.contains(extension) || type.startsWith("text/") ? "file-text" : "file";
    }

    /// A name is content.
    @Override
    public String toString() {
        return "FileRow[" + part + "]";
    }
}
