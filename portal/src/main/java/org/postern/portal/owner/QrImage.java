package org.postern.portal.owner;

import io.nayuki.qrcodegen.QrCode;

/// A QR code as one path of an SVG, so that no picture is made or loaded.
///
/// @param size of the view box, with the quiet zone of four modules that readers want
public record QrImage(String path, int size) {

    private static final int QUIET = 4;

    static QrImage of(String text) {
        QrCode code = QrCode.encodeText(text, QrCode.Ecc.MEDIUM);
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.size; y++) {
            for (int x = 0; x < code.size; x++) {
                if (code.getModule(x, y)) {
                    path.append('M')
                            .append(x + QUIET)
                            .append(',')
                            .append(y + QUIET)
                            .append("h1v1h-1z");
                }
            }
        }
        return new QrImage(path.toString(), code.size + 2 * QUIET);
    }

    /// It holds a secret.
    @Override
    public String toString() {
        return "QrImage[redacted]";
    }
}
