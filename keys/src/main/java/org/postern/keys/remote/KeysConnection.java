package org.postern.keys.remote;

import static java.net.http.HttpResponse.BodyHandlers.limiting;
import static java.net.http.HttpResponse.BodyHandlers.ofByteArray;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.keys.KeysAwayException;
import org.postern.keys.KeysBusyException;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotRecentException;
import org.postern.keys.NotSignedInException;
import tools.jackson.core.JacksonException;

/// The way from another process to the keys. Thread-safe.
public final class KeysConnection implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /// An admission for a thousand mailboxes stays far below.
    private static final long MOST_BYTES = 8L << 20;

    private final HttpClient client;
    private final URI url;

    private KeysConnection(HttpClient client, URI url) {
        this.client = client;
        this.url = url;
    }

    /// Opens nothing yet: the keys may be away.
    ///
    /// @param url `https://HOST:PORT`; the host's certificate must be for this name
    public static KeysConnection to(URI url, Identity identity) {
        return new KeysConnection(
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT)
                        .sslContext(identity.context())
                        .sslParameters(identity.parameters())
                        .build(),
                url);
    }

    public KeyService service() {
        return new HttpsKeyService(this);
    }

    public Authority authority() {
        return new HttpsAuthority(this);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /// Asks, and waits for the answer; empty for nothing.
    private <T> Optional<T> ask(Call call, Object question, Class<T> type)
            throws NotSignedInException,
                    NotRecentException,
                    MessageLockedException,
                    OpeningFailedException {
        HttpResponse<byte[]> response = send(call, WireFormat.write(question));
        return switch (response.statusCode()) {
            case Status.ANSWERED -> Optional.of(read(response.body(), type));
            case Status.NOTHING -> Optional.empty();
            case Status.NOT_SIGNED_IN -> throw new NotSignedInException();
            case Status.NOT_RECENT -> throw new NotRecentException();
            case Status.DOES_NOT_OPEN -> throw new OpeningFailedException();
            case Status.LOCKED -> throw new MessageLockedException();
            case Status.BUSY -> throw new KeysBusyException();
            default ->
                    throw new KeysAwayException(
                            "call=" + call + " status=" + response.statusCode());
        };
    }

    /// For calls that open a message.
    <T> Optional<T> askMessage(Call call, Object question, Class<T> type)
            throws NotSignedInException, MessageLockedException, OpeningFailedException {
        try {
            return ask(call, question, type);
        } catch (NotRecentException e) {
            throw ofAnother(call, e);
        }
    }

    /// For calls that need no reader and open nothing.
    <T> Optional<T> askPlainly(Call call, Object question, Class<T> type) {
        try {
            return ask(call, question, type);
        } catch (NotSignedInException
                | NotRecentException
                | MessageLockedException
                | OpeningFailedException e) {
            throw ofAnother(call, e);
        }
    }

    /// For calls of a reader that open nothing.
    <T> Optional<T> askReading(Call call, Object question, Class<T> type)
            throws NotSignedInException {
        try {
            return ask(call, question, type);
        } catch (NotRecentException | MessageLockedException | OpeningFailedException e) {
            throw ofAnother(call, e);
        }
    }

    /// For calls of a reader who changes how he signs in.
    <T> Optional<T> askChanging(Call call, Object question, Class<T> type)
            throws NotSignedInException, NotRecentException {
        try {
            return ask(call, question, type);
        } catch (MessageLockedException | OpeningFailedException e) {
            throw ofAnother(call, e);
        }
    }

    private static KeysAwayException ofAnother(Call call, Exception e) {
        return new KeysAwayException("call=" + call + " has an answer of another call", e);
    }

    /// The answer of a call that always has one.
    static <T> T required(Optional<T> answer) {
        return answer.orElseThrow(() -> new KeysAwayException("no answer"));
    }

    private HttpResponse<byte[]> send(Call call, byte[] question) {
        HttpRequest request =
                HttpRequest.newBuilder(url.resolve(call.path()))
                        .timeout(ANSWER)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(question))
                        .build();
        try {
            return client.send(request, limiting(ofByteArray(), MOST_BYTES));
        } catch (IOException e) {
            throw new KeysAwayException("call=" + call, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeysAwayException("interrupted", e);
        }
    }

    private static <T> T read(byte[] answer, Class<T> type) {
        try {
            return WireFormat.read(answer, type);
        } catch (JacksonException e) {
            // Without its cause, which may quote the answer.
            throw new KeysAwayException("malformed answer");
        }
    }
}
