package org.postern.portal.status;

import java.io.StringWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.postern.db.store.BoardEntry;
import org.postern.mail.board.Incident;
import org.postern.mail.board.Maintenance;

/// The status page as an Atom feed (RFC 4287): one entry for each thing that operators told.
final class StatusFeed {

    private static final String ATOM = "http://www.w3.org/2005/Atom";
    private static final int MOST_ENTRIES = 100;

    private StatusFeed() {}

    static String of(
            String name, String host, List<Maintenance> maintenances, List<Incident> incidents) {
        List<BoardEntry> entries =
                Stream.concat(
                                maintenances.stream().flatMap(each -> each.entries().stream()),
                                incidents.stream().flatMap(each -> each.entries().stream()))
                        .sorted(Comparator.comparing(BoardEntry::writtenAt).reversed())
                        .limit(MOST_ENTRIES)
                        .toList();
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("feed");
            xml.writeDefaultNamespace(ATOM);
            element(xml, "id", "https://" + host + StatusController.PATH);
            element(xml, "title", name);
            element(
                    xml,
                    "updated",
                    entries.isEmpty()
                            ? "1970-01-01T00:00:00Z"
                            : entries.getFirst().writtenAt().toString());
            for (BoardEntry entry : entries) {
                xml.writeStartElement("entry");
                element(xml, "id", "urn:uuid:" + entry.id());
                element(xml, "title", title(entry));
                element(xml, "updated", entry.writtenAt().toString());
                xml.writeStartElement("author");
                element(xml, "name", name);
                xml.writeEndElement();
                element(xml, "content", entry.text());
                xml.writeEndElement();
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a feed in memory cannot fail", e);
        }
        return text.toString();
    }

    private static String title(BoardEntry entry) {
        String kind = entry.word().isOfMaintenance() ? "Maintenance" : "Incident";
        return kind + ": " + entry.word().name().toLowerCase(Locale.ROOT);
    }

    private static void element(XMLStreamWriter xml, String name, String text)
            throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(text);
        xml.writeEndElement();
    }
}
