package org.postern.notifications.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.db.Envelope;
import org.postern.notifications.report.Report.Fate;

/// The part of a report that is for machines: `message/delivery-status` (RFC 3464, section 2).
final class StatusFields {

    private static final DateTimeFormatter DATE = // RFC 5322, section 3.3
            DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss Z", Locale.ENGLISH);

    private StatusFields() {}

    /// @param reportingMta our host name
    static String of(Report report, String reportingMta) {
        List<String> groups = new ArrayList<>();
        groups.add(perMessage(report, reportingMta));
        report.recipients().forEach(each -> groups.add(perRecipient(each, report.fate())));
        return String.join("\r\n", groups);
    }

    private static String perMessage(Report report, String reportingMta) {
        StringBuilder fields = new StringBuilder();
        field(fields, "Reporting-MTA", "dns; " + reportingMta);
        report.envelopeId()
                .flatMap(Xtext::decode)
                .ifPresent(id -> field(fields, "Original-Envelope-Id", id));
        field(fields, "Arrival-Date", DATE.format(report.arrivedAt().atOffset(ZoneOffset.UTC)));
        return fields.toString();
    }

    /// Only what was given as ORCPT is an Original-Recipient (RFC 3464, section 2.3.1).
    private static String perRecipient(Envelope.Recipient recipient, Fate fate) {
        StringBuilder fields = new StringBuilder();
        recipient
                .originalRecipient()
                .flatMap(TypedAddress::original)
                .ifPresent(address -> field(fields, "Original-Recipient", address));
        field(fields, "Final-Recipient", TypedAddress.of(recipient.address()));
        switch (fate) {
            case Fate.Delivered _ -> {
                field(fields, "Action", "delivered");
                field(fields, "Status", "2.0.0");
            }
            case Fate.Delayed(Optional<RelayReply> reply, Instant until) -> {
                field(fields, "Action", "delayed");
                field(fields, "Status", "4.0.0");
                reply.ifPresent(said -> field(fields, "Diagnostic-Code", "smtp; " + said.line()));
                field(fields, "Will-Retry-Until", DATE.format(until.atOffset(ZoneOffset.UTC)));
            }
            case Fate.Failed(String status, Optional<RelayReply> reply) -> {
                field(fields, "Action", "failed");
                field(fields, "Status", status);
                reply.ifPresent(said -> field(fields, "Diagnostic-Code", "smtp; " + said.line()));
            }
        }
        return fields.toString();
    }

    private static void field(StringBuilder fields, String name, String value) {
        fields.append(name).append(": ").append(value).append("\r\n");
    }
}
