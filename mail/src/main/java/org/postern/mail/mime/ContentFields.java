package org.postern.mail.mime;

import java.util.Locale;
import java.util.Optional;

/// What the Content- fields of one header section say (RFC 2045, section 3), with the defaults and
/// the leniency of mime4j's body descriptor: the first Content-Type that makes sense counts, and a
/// multipart without a boundary makes none.
record ContentFields(
        String mediaType,
        Optional<String> charset,
        Optional<String> boundary,
        TransferEncoding transferEncoding,
        Disposition disposition,
        Optional<String> fileName,
        Optional<String> contentId) {

    static final String MESSAGE = "message/rfc822";
    static final String DIGEST = "multipart/digest";

    private static final int LONGEST_MEDIA_TYPE = 255; // 127 + "/" + 127: RFC 6838, section 4.2
    private static final int LONGEST_CHARSET = 64;
    private static final int LONGEST_CONTENT_ID = 998;

    /// @param inDigest parts of a digest are messages unless they say otherwise (RFC 2046, section
    ///   5.1.5)
    static ContentFields of(HeaderSection header, boolean inDigest) {
        var type = Optional.<Type>empty();
        var named = Optional.<FieldParameters>empty();
        for (HeaderField field : header.all("Content-Type")) {
            var parameters = FieldParameters.parse(field.value());
            named = named.or(() -> Optional.of(parameters));
            type = Type.of(parameters);
            if (type.isPresent()) {
                break;
            }
        }
        var disposition =
                header.first("Content-Disposition")
                        .map(field -> FieldParameters.parse(field.value()));
        var defaults =
                new Type(inDigest ? MESSAGE : "text/plain", Optional.empty(), Optional.empty());
        var nameParameters = named;
        return new ContentFields(
                type.orElse(defaults).mediaType(),
                type.flatMap(Type::charset),
                type.flatMap(Type::boundary),
                encoding(header),
                disposition
                        .map(parameters -> Disposition.named(parameters.value()))
                        .orElse(Disposition.NONE),
                disposition
                        .flatMap(parameters -> parameters.decoded("filename"))
                        .or(() -> nameParameters.flatMap(parameters -> parameters.decoded("name")))
                        .flatMap(FileNames::clean),
                contentId(header));
    }

    boolean isMultipart() {
        return mediaType.startsWith("multipart/");
    }

    /// A message can be indexed inside only if its bytes stand in ours as they are (RFC 2046,
    /// section 5.2.1 demands it).
    boolean isReadableMessage() {
        return mediaType.equals(MESSAGE)
                && transferEncoding != TransferEncoding.BASE64
                && transferEncoding != TransferEncoding.QUOTED_PRINTABLE;
    }

    private record Type(String mediaType, Optional<String> charset, Optional<String> boundary) {

        static Optional<Type> of(FieldParameters field) {
            String value = field.value().toLowerCase(Locale.ROOT).strip();
            int slash = value.indexOf('/');
            if (slash < 0) {
                return Optional.empty();
            }
            String type = value.substring(0, slash).strip();
            String subtype = value.substring(slash + 1).strip();
            var boundary = field.last("boundary");
            boolean multipart = type.equals("multipart");
            if (type.isEmpty() || subtype.isEmpty() || (multipart && boundary.isEmpty())) {
                return Optional.empty();
            }
            return Optional.of(
                    new Type(
                            bounded(type + "/" + subtype),
                            field.last("charset")
                                    .map(String::strip)
                                    .filter(name ->
                                            !name.isEmpty() && name.length() <= LONGEST_CHARSET),
                            multipart ? boundary : Optional.empty()));
        }

        private static String bounded(String mediaType) {
            if (mediaType.length() <= LONGEST_MEDIA_TYPE
                    && mediaType.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
                return mediaType;
            }
            return mediaType.startsWith("multipart/")
                    ? "multipart/mixed"
                    : "application/octet-stream";
        }
    }

    private static TransferEncoding encoding(HeaderSection header) {
        return header.all("Content-Transfer-Encoding").stream()
                .map(HeaderField::value)
                .filter(value -> !value.isBlank())
                .findFirst()
                .map(TransferEncoding::named)
                .orElse(TransferEncoding.IDENTITY);
    }

    private static Optional<String> contentId(HeaderSection header) {
        return header.first("Content-ID")
                .flatMap(field -> MessageIds.parse(field.value()).stream().findFirst())
                .map(id -> DisplayText.of(id.substring(1, id.length() - 1), LONGEST_CONTENT_ID));
    }
}
