package org.postern.portal.reading;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.LogLines;
import org.postern.portal.TestPortal;

/// A reader with two messages, another reader with one, another organisation with one, and somebody
/// who writes to the databases and the blob store behind the portal's back. What he changed of
/// these four is put right again.
final class TamperScene {

    static final String READER = "tampered@example.org";
    static final String OTHER = "untouched@example.org";

    private static final HexFormat HEX = HexFormat.of();

    final TestPortal portal = TestPortal.shared();
    final Browser browser;

    /// What is said of a message that was recalled, and so of all that does not open.
    final String refusal;

    final MessageId mine = deliver(portal.clinic(), READER, "Mine");
    final MessageId second = deliver(portal.clinic(), READER, "Second");
    final MessageId hers = deliver(portal.clinic(), OTHER, "Hers");
    final MessageId elsewhere = deliver(portal.lawFirm(), READER, "Elsewhere");
    private final Map<Path, byte[]> objects = new HashMap<>();
    private final List<Row> rows = new ArrayList<>();

    private record Row(String column, MessageId message, String hex) {}

    TamperScene() throws IOException {
        browser = portal.signedIn(READER);
        for (MessageId message : List.of(mine, second, hers, elsewhere)) {
            objects.put(blob(message), Files.readAllBytes(blob(message)));
            for (String column :
                    List.of("slot", "sealed_summary", "header", "certificate", "sealed_index")) {
                rows.add(new Row(column, message, hex(column, message)));
            }
        }
        MessageId recalled = deliver(portal.clinic(), READER, "Recalled");
        portal.keys().destroy(portal.clinic(), recalled, Set.of());
        Page page = browser.get("/m/" + recalled);
        assertThat(page.status()).isEqualTo(410);
        refusal = words(page);
    }

    void putRight() throws IOException {
        for (Map.Entry<Path, byte[]> object : objects.entrySet()) {
            Files.write(object.getKey(), object.getValue());
        }
        rows.forEach(row -> put(row.column(), row.message(), row.hex()));
    }

    MessageId deliver(TenantId tenant, String to, String subject) {
        String mail =
                "From: ada@example.com\r\nSubject: [%1$s]\r\n\r\nText of %1$s\r\n"
                        .formatted(subject);
        return portal.deliver(
                tenant, "ada@example.com", List.of(to), out -> out.write(mail.getBytes(US_ASCII)));
    }

    MessageId message(String which) {
        return switch (which) {
            case "second" -> second;
            case "hers" -> hers;
            default -> elsewhere;
        };
    }

    Path blob(MessageId message) {
        return portal.blob(message.equals(elsewhere) ? portal.lawFirm() : portal.clinic(), message);
    }

    void swapObjects(String which) throws IOException {
        Path one = blob(mine);
        Path other = blob(message(which));
        byte[] bytes = Files.readAllBytes(one);
        Files.write(one, Files.readAllBytes(other));
        Files.write(other, bytes);
    }

    void swap(String column, String which) {
        String one = hex(column, mine);
        put(column, mine, hex(column, message(which)));
        put(column, message(which), one);
    }

    /// @param place of the byte; if it is negative, so many bytes are cut off
    void flip(String column, int place) {
        byte[] bytes = HEX.parseHex(hex(column, mine));
        if (place < 0) {
            bytes = Arrays.copyOf(bytes, bytes.length + place);
        } else {
            bytes[place] ^= 1;
        }
        put(column, mine, HEX.formatHex(bytes));
    }

    String hex(String column, MessageId message) {
        return portal.mailSql()
                .sql("SELECT encode(%s, 'hex') FROM %s".formatted(column, row(column, message)))
                .query(String.class)
                .single();
    }

    void put(String column, MessageId message, String hex) {
        String row = row(column, message).replace(" WHERE", " SET %s = decode('%s', 'hex') WHERE");
        assertThat(portal.mailSql().sql("UPDATE " + row.formatted(column, hex)).update())
                .isEqualTo(1);
    }

    private static String row(String column, MessageId message) {
        boolean ofSlot = List.of("slot", "sealed_summary").contains(column);
        return (ofSlot ? "slot WHERE received AND" : "message WHERE")
                + " message_id = '"
                + message
                + "'";
    }

    void assertRefused(MessageId message) {
        assertRefused(message, message.equals(second) ? mine : second);
    }

    void assertRefused(MessageId message, MessageId unharmed) {
        try (LogLines log = new LogLines()) {
            Page page = browser.get("/m/" + message);
            assertThat(page.status()).isEqualTo(410);
            assertThat(words(page)).isEqualTo(refusal);
            assertLogged(log, message);
        }
        assertUnharmed(unharmed);
    }

    void assertUnharmed(MessageId message) {
        Browser owner = message.equals(hers) ? portal.signedIn(OTHER) : browser;
        assertThat(owner.get("/inbox").text()).contains("/m/" + message);
        assertThat(owner.get("/m/" + message).text()).contains("Text of ");
    }

    static void assertLogged(LogLines log, MessageId message) {
        assertThat(log.lines())
                .anyMatch(line ->
                        line.startsWith("integrity event: what=")
                                && line.contains("message=" + message));
    }

    /// A page without what is new in each, and without its reader.
    static String words(Page page) {
        return page.text()
                .replaceAll("(nonce|value)=\"[^\"]*\"", "")
                .replaceAll("\\w+…?@example.org", "");
    }
}
