package org.postern.server.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postern.notifications.text.HttpTextMessages;

/// The service that sends text messages to phones, as `up` was told.
///
/// @param url where each message is posted
/// @param tokenFile holds the token that is shown there
/// @param from who the message is from, as the service knows it
public record TextMessageOptions(URI url, Path tokenFile, Optional<String> from) {

    static final Option URL =
            Option.of(
                            "--text-messages-url",
                            "URL",
                            "service that sends text messages to phones; without one no message can"
                                    + " ask for a PIN")
                    .variable("POSTERN_TEXT_MESSAGES_URL");

    static final Option TOKEN_FILE =
            Option.of(
                            "--text-messages-token-file",
                            "FILE",
                            "file with the token that it wants; read for each message, so it may"
                                    + " change")
                    .variable("POSTERN_TEXT_MESSAGES_TOKEN_FILE");

    static final Option FROM =
            Option.of(
                            "--text-messages-from",
                            "SENDER",
                            "who the messages are from, as the service knows it; its own way"
                                    + " without")
                    .variable("POSTERN_TEXT_MESSAGES_FROM");

    static List<Option> all() {
        return List.of(URL, TOKEN_FILE, FROM);
    }

    /// Empty if there is no service.
    static Optional<TextMessageOptions> of(Arguments arguments) throws UsageException {
        Optional<Path> tokenFile = arguments.findPath(TOKEN_FILE);
        if (arguments.find(URL).isEmpty()) {
            if (tokenFile.isPresent() || arguments.find(FROM).isPresent()) {
                throw new UsageException(
                        TOKEN_FILE.name()
                                + " and "
                                + FROM.name()
                                + " are for a service: set "
                                + URL.name()
                                + " too.");
            }
            return Optional.empty();
        }
        if (tokenFile.isEmpty()) {
            throw new UsageException(
                    "the service of "
                            + URL.name()
                            + " wants a token: set "
                            + TOKEN_FILE.name()
                            + ".");
        }
        if (!Files.isReadable(tokenFile.get())) {
            throw new UsageException(
                    TOKEN_FILE.name() + " cannot be read: " + tokenFile.get() + ".");
        }
        return Optional.of(
                new TextMessageOptions(
                        url(arguments.text(URL)), tokenFile.get(), arguments.find(FROM)));
    }

    /// Not repeated: there may be a secret in it.
    private static URI url(String text) throws UsageException {
        try {
            URI url = URI.create(text);
            if (HttpTextMessages.isPrivate(url)) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new UsageException(URL.name() + " wants https://HOST/PATH, or http on this machine.");
    }

    @Override
    public String toString() {
        return "TextMessageOptions[" + url.getHost() + "]";
    }
}
