package org.postern.notifications.report;

import java.util.List;
import org.postern.notifications.outgoing.Letter;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Page;
import org.postern.notifications.outgoing.Page.Block;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.outgoing.Senders;
import org.postern.notifications.outgoing.Texts;
import org.postern.notifications.report.Report.Fate;

/// Writes a delivery status notification: in plain words what became of the message, and the same
/// for machines. Thread-safe.
public final class ReportMail {

    private final Senders senders;
    private final MailComposer composer;
    private final String reportingMta;

    /// @param reportingMta the name of our SMTP door (RFC 3464, section 2.2.2)
    public ReportMail(Senders senders, MailComposer composer, String reportingMta) {
        this.senders = senders;
        this.composer = composer;
        this.reportingMta = reportingMta;
    }

    /// The mail to hand over. The same report gives the same Message-ID.
    public OutgoingMessage compose(Report report) {
        Sender sender = senders.of(report.tenant());
        Texts texts = Texts.in(report.language());
        String organisation = sender.organisation();
        String recipient = report.recipients().getFirst().address().text();
        String key =
                switch (report.fate()) {
                    case Fate.Delivered _ -> "report.delivered.";
                    case Fate.Delayed _ -> "report.delayed.";
                    case Fate.Failed _ -> "report.failed.";
                };

        return composer.report(
                sender,
                new Letter(
                        "report." + report.job(),
                        organisation,
                        report.reversePath(),
                        texts.get(key + "subject", recipient),
                        new Page(
                                texts,
                                texts.get(key + "heading", recipient, organisation),
                                List.of(
                                        new Block.Paragraph(
                                                texts.get(key + "what", recipient, organisation)),
                                        new Block.Paragraph(
                                                texts.get(
                                                        "report.which",
                                                        texts.time(report.arrivedAt())))),
                                sender.footer(texts))),
                StatusFields.of(report, reportingMta));
    }
}
