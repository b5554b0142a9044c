package org.postern.portal.reply;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.jakarta.servlet6.JakartaServletFileUpload;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/// Reads the first field of a multipart form, so that the filter behind it finds the form token
/// where it looks for it, while the files are still on their way.
public final class StreamedFormFilter extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        StreamedForm form;
        try {
            form = StreamedForm.begin(request);
        } catch (FileUploadException | FieldTooLongException e) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST);
            return;
        }
        chain.doFilter(new FirstFieldRequest(request, form.first()), response);
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !JakartaServletFileUpload.isMultipartContent(request);
    }

    private static final class FirstFieldRequest extends HttpServletRequestWrapper {

        private final StreamedForm.Field field;

        FirstFieldRequest(HttpServletRequest request, StreamedForm.Field field) {
            super(request);
            this.field = field;
        }

        @Override
        public @Nullable String getParameter(String name) {
            return name.equals(field.name()) ? field.value() : super.getParameter(name);
        }
    }
}
