package org.postern.notifications.text;

import java.util.Optional;
import org.postern.db.store.Job;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.IssuedPin;
import org.postern.keys.KeyService.PinRequest;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.job.RetryPolicy;
import org.postern.notifications.outgoing.Senders;
import org.postern.notifications.outgoing.Texts;
import org.postern.notifications.words.Languages;

/// Sends the text message with the PIN that a message asks for.
///
/// The PIN is made here and not where it is asked for, so that its ten minutes start when the text
/// leaves, and no page ever has it. An attempt that failed makes another one: the service may have
/// sent the one before, which is void then.
public final class PinText implements JobHandler {

    /// The kind of job to promise; its subject is the request.
    public static final String KIND = "pin-text";

    private final KeyService keys;
    private final Languages languages;
    private final Senders senders;
    private final TextMessages texts;

    public PinText(KeyService keys, Languages languages, Senders senders, TextMessages texts) {
        this.keys = keys;
        this.languages = languages;
        this.senders = senders;
        this.texts = texts;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public RetryPolicy retries() {
        return RetryPolicy.PIN;
    }

    @Override
    public Outcome handle(Job job) {
        Optional<IssuedPin> issued = keys.issuePin(job.tenant(), new PinRequest(job.subject()));
        if (issued.isEmpty()) {
            return new Outcome.Done(); // nobody waits any more
        }
        String text =
                Texts.in(languages.of(job.tenant(), job.mailbox().orElseThrow()))
                        .get(
                                "pin.text",
                                issued.get().pin(),
                                senders.of(job.tenant()).organisation());
        return texts.send(issued.get().phone(), text);
    }
}
