package org.postern.server.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A PDF of one page with a few lines of text (ISO 32000-1, section 7.5: header, objects,
/// cross-reference table, trailer).
final class SamplePdf {

    private static final int LINE_HEIGHT = 22;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Integer> offsets = new ArrayList<>();

    private SamplePdf() {}

    static byte[] page(List<String> lines) {
        return new SamplePdf().written(lines);
    }

    private byte[] written(List<String> lines) {
        write("%PDF-1.4\n");
        object("<< /Type /Catalog /Pages 2 0 R >>");
        object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        object(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
                        + " /Resources << /Font << /F1 5 0 R >> >> >>");
        String text = text(lines);
        object("<< /Length " + text.length() + " >>\nstream\n" + text + "\nendstream");
        object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
        int table = bytes.size();
        write("xref\n0 " + (offsets.size() + 1) + "\n0000000000 65535 f \n");
        offsets.forEach(offset -> write(String.format(Locale.ROOT, "%010d 00000 n \n", offset)));
        write(
                "trailer\n<< /Size "
                        + (offsets.size() + 1)
                        + " /Root 1 0 R >>\nstartxref\n"
                        + table
                        + "\n%%EOF\n");
        return bytes.toByteArray();
    }

    private static String text(List<String> lines) {
        var text = new StringBuilder("BT /F1 14 Tf " + LINE_HEIGHT + " TL 72 760 Td\n");
        for (String line : lines) {
            String literal = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)");
            text.append('(').append(literal).append(") Tj T*\n");
        }
        return text.append("ET").toString();
    }

    private void object(String body) {
        offsets.add(bytes.size());
        write(offsets.size() + " 0 obj\n" + body + "\nendobj\n");
    }

    private void write(String text) {
        bytes.writeBytes(text.getBytes(US_ASCII));
    }
}
