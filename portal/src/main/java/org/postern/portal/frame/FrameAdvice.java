package org.postern.portal.frame;

import jakarta.servlet.http.HttpServletRequest;
import org.postern.keys.NotSignedInException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/// Puts every page into its frame.
@ControllerAdvice(annotations = PageController.class)
public final class FrameAdvice {

    private final Frames frames;

    FrameAdvice(Frames frames) {
        this.frames = frames;
    }

    @ModelAttribute("frame")
    Frame frame(HttpServletRequest request) throws NotSignedInException {
        // The one page that is there whatever is away asks nobody who its reader is.
        return request.getRequestURI().equals(Frames.STATUS)
                ? frames.bare(request)
                : frames.of(request);
    }
}
