package org.postern.portal.reading;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.MessageId;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;
import org.postern.mail.reading.Attachment;
import org.postern.mail.reading.OpenedMessage;
import org.postern.portal.frame.Problem;
import org.postern.portal.frame.ProblemException;
import org.postern.portal.session.SignedIn;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/// What of a message is not page: the frame's document, its images, files. Bytes go out as their
/// chunks are opened.
@Controller
public final class MessageContentController {

    private final MessagePages pages;

    MessageContentController(MessagePages pages) {
        this.pages = pages;
    }

    @GetMapping(MessageController.MESSAGE + "/body")
    void body(
            @AuthenticationPrincipal SignedIn reader,
            @PathVariable UUID message,
            HttpServletResponse response)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException {
        MailHtml.Clean clean =
                pages.html(reader, new MessageId(message))
                        .orElseThrow(() -> new ProblemException(Problem.NOT_FOUND));
        MailFrame.headers(response);
        response.setContentType("text/html;charset=UTF-8");
        response.getOutputStream().write(MailFrame.document(clean).getBytes(UTF_8));
    }

    @GetMapping(MessageController.MESSAGE + "/inline/{part:[0-9]{1,5}}")
    void inline(
            @AuthenticationPrincipal SignedIn reader,
            @PathVariable UUID message,
            @PathVariable int part,
            HttpServletResponse response)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException {
        try (OpenedMessage opened = pages.open(reader, new MessageId(message));
                InputStream content = opened.content(attachment(opened, part))) {
            byte[] start = content.readNBytes(ImageKind.START_BYTES);
            ImageKind kind =
                    ImageKind.of(start).orElseThrow(() -> new ProblemException(Problem.NOT_FOUND));
            send(
                    new SequenceInputStream(new ByteArrayInputStream(start), content),
                    response,
                    () -> {
                        DownloadHeaders.set(response, "image", kind.mediaType());
                        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "inline");
                    });
        }
    }

    @GetMapping(MessageController.MESSAGE + "/attachment/{part:[0-9]{1,5}}")
    void attachment(
            @AuthenticationPrincipal SignedIn reader,
            @PathVariable UUID message,
            @PathVariable int part,
            HttpServletResponse response)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException {
        try (OpenedMessage opened = pages.open(reader, new MessageId(message))) {
            Attachment attachment = attachment(opened, part);
            try (InputStream content = opened.content(attachment)) {
                send(
                        content,
                        response,
                        () ->
                                DownloadHeaders.set(
                                        response, attachment.fileName(), attachment.mediaType()));
            }
        }
    }

    @GetMapping(MessageController.MESSAGE + "/original")
    void original(
            @AuthenticationPrincipal SignedIn reader,
            @PathVariable UUID message,
            HttpServletResponse response)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException {
        try (OpenedMessage opened = pages.open(reader, new MessageId(message));
                InputStream content = opened.original()) {
            send(
                    content,
                    response,
                    () -> {
                        DownloadHeaders.set(response, "message.eml", "message/rfc822");
                        response.setContentLengthLong(opened.originalBytes());
                    });
        }
    }

    /// The response is untouched until the first bytes have opened, so that what does not open is
    /// answered with the page that says so; what does not open later breaks the connection off.
    private static void send(InputStream content, HttpServletResponse response, Runnable headers)
            throws IOException {
        byte[] start = content.readNBytes(response.getBufferSize());
        headers.run();
        OutputStream out = response.getOutputStream();
        out.write(start);
        if (start.length == response.getBufferSize()) {
            response.flushBuffer();
            content.transferTo(out);
        }
    }

    private static Attachment attachment(OpenedMessage opened, int part) {
        Optional<Attachment> attachment = opened.attachment(part);
        return attachment.orElseThrow(() -> new ProblemException(Problem.NOT_FOUND));
    }
}
