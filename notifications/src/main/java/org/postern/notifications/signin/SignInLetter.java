package org.postern.notifications.signin;

import java.util.List;
import java.util.Locale;
import org.postern.keys.KeyService.Issued;
import org.postern.notifications.outgoing.Letter;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Page;
import org.postern.notifications.outgoing.Page.Block;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.outgoing.Texts;

/// Writes the mail with a sign-in link and a code. Thread-safe.
public final class SignInLetter {

    private final MailComposer composer;

    public SignInLetter(MailComposer composer) {
        this.composer = composer;
    }

    /// The mail to hand over.
    ///
    /// @param name makes the Message-ID
    public OutgoingMessage compose(Sender sender, String name, Issued issued, Locale language) {
        Texts texts = Texts.in(language);
        String organisation = sender.organisation();
        Page page =
                new Page(
                        texts,
                        texts.get("sign-in.heading", organisation),
                        List.of(
                                new Block.Paragraph(texts.get("sign-in.why")),
                                new Block.Button(
                                        texts.get("sign-in.button"),
                                        sender.link("/signin/" + issued.token())),
                                new Block.Code(texts.get("sign-in.code"), grouped(issued.code())),
                                new Block.Note(
                                        texts.get("sign-in.unexpected"),
                                        texts.get("sign-in.unexpected-answer"))),
                        sender.footer(texts));
        return composer.compose(
                sender,
                new Letter(
                        name,
                        organisation,
                        issued.address(),
                        texts.get("sign-in.subject", organisation),
                        page));
    }

    /// Two groups of four, as people read them.
    private static String grouped(String code) {
        return code.substring(0, 4) + " " + code.substring(4);
    }
}
