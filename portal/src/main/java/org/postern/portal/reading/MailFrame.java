package org.postern.portal.reading;

import jakarta.servlet.http.HttpServletResponse;
import org.postern.portal.frame.PortalHeaders;

/// The page inside the frame that shows a message's HTML: white paper in either theme, since the
/// author chose colours for it.
final class MailFrame {

    /// What the frame may do; the attribute on the page and the header of the response say the
    /// same. Same origin, or inline images would be asked for without the session's cookie; never
    /// scripts, forms or top navigation.
    static final String SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";

    private static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'self'; sandbox "
                    + SANDBOX;

    private static final String START =
            """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Message</title>
            <style>
            :root{color-scheme:light}
            body{margin:0;padding:20px;background:#fff;color:#1B1F24;font:17px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:break-word}
            body>:first-child{margin-top:0}
            body>:last-child{margin-bottom:0}
            img{max-width:100%;height:auto}
            table{max-width:100%}
            pre{white-space:pre-wrap;font-size:15px}
            blockquote{margin:12px 0;padding-left:12px;border-left:3px solid #E3E0D8;color:#56606B}
            a{color:#0B5C5C}
            a:focus-visible{outline:3px solid #0B5C5C;outline-offset:2px}
            </style></head><body>
            """;

    private static final String END = "\n</body></html>\n";

    private MailFrame() {}

    static String document(MailHtml.Clean clean) {
        return START + clean.html() + END;
    }

    static void headers(HttpServletResponse response) {
        response.setHeader(PortalHeaders.CONTENT_SECURITY_POLICY, POLICY);
        response.setHeader(PortalHeaders.X_FRAME_OPTIONS, "SAMEORIGIN");
    }
}
