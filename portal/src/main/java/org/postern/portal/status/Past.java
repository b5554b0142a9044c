package org.postern.portal.status;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.postern.db.store.BoardEntry;
import org.postern.mail.board.Incident;
import org.postern.mail.board.Maintenance;

/// Something of the last 90 days, as the status page lists it.
///
/// @param kind `maintenance` or `incident`
/// @param entries the newest first
public record Past(String kind, Instant from, Instant until, List<BoardEntry> entries) {

    public Past {
        entries = List.copyOf(entries);
    }

    /// What is over, the latest first.
    static List<Past> of(List<Maintenance> maintenances, List<Incident> incidents) {
        List<Past> past = new ArrayList<>();
        maintenances.stream()
                .filter(each -> each.state() == Maintenance.State.COMPLETED)
                .forEach(each ->
                        past.add(
                                new Past(
                                        "maintenance",
                                        each.startsAt(),
                                        each.endsAt(),
                                        each.entries().reversed())));
        incidents.stream()
                .filter(Incident::isOver)
                .forEach(each ->
                        past.add(
                                new Past(
                                        "incident",
                                        each.entries().getFirst().writtenAt(),
                                        each.entries().getLast().writtenAt(),
                                        each.entries().reversed())));
        past.sort(Comparator.comparing(Past::from).reversed());
        return past;
    }
}
