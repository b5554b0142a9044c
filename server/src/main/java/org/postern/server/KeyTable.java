package org.postern.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.Succession;
import org.postern.db.TenantId;
import org.postern.db.store.MailDatabase;
import org.postern.keys.ledger.Inventory;
import org.postern.keys.ledger.Inventory.Level;
import org.postern.keys.ledger.KeyLedger;
import org.postern.keys.ledger.SpoolKeyEnd;

/// Every key level as a table for an operator: what it is, which version, how old, how many keys
/// are under it, when it is due, and what that means.
final class KeyTable {

    private final KeyLedger ledger;
    private final MailDatabase mail;
    private final Clock clock;
    private final List<String> lines = new ArrayList<>();

    KeyTable(KeyLedger ledger, MailDatabase mail, Clock clock) {
        this.ledger = ledger;
        this.mail = mail;
        this.clock = clock;
    }

    List<String> lines(List<TenantId> tenants) {
        line("level", "of", "version", "age/d", "keys", "due", "");
        root();
        @Nullable Instant signing = ledger.inventory().madeAt().get(Level.SIGNING);
        if (signing != null) {
            signing(signing);
        }
        ledger.inventory().spoolKeys(mail.arrivals().oldestSpoolKey()).forEach(this::spool);
        tenants.forEach(tenant -> tenant(ledger.inventory().tenant(tenant)));
        return lines;
    }

    private void root() {
        Inventory.Root root = ledger.inventory().root();
        Instant due = Level.ROOT.due(root.metAt()).orElseThrow();
        line(
                "root",
                root.provider(),
                root.version(),
                age(root.metAt()),
                "" + root.under().getOrDefault(root.version(), 0L),
                KeyAges.day(due).toString(),
                sentence(due));
        root.under().entrySet().stream()
                .filter(under -> !under.getKey().equals(root.version()))
                .sorted(Map.Entry.comparingByKey())
                .forEach(under ->
                        line(
                                "root",
                                root.provider(),
                                under.getKey(),
                                "",
                                "" + under.getValue(),
                                "now",
                                "is not the version that wraps: keys rotate root."));
    }

    private void signing(Instant made) {
        Succession keys = ledger.authority().succession();
        Instant due = Level.SIGNING.due(made).orElseThrow();
        line(
                "signing",
                "",
                "" + keys.keys().size(),
                age(made),
                "",
                KeyAges.day(due).toString(),
                sentence(due)
                        + " Public: "
                        + HexFormat.of().formatHex(keys.newest().toBytes())
                        + ".");
    }

    private void spool(SpoolKeyEnd.Standing key) {
        boolean due = !clock.instant().isBefore(key.due());
        List<String> waitsFor = new ArrayList<>(key.doors());
        if (key.arrivals()) {
            waitsFor.add("arrivals");
        }
        String why = "is kept for " + String.join(", ", waitsFor) + ".";
        line(
                "spool",
                "",
                "" + key.id(),
                age(key.madeAt()),
                "",
                KeyAges.day(key.due()).toString(),
                !due ? "is destroyed then." : waitsFor.isEmpty() ? "goes within the hour." : why);
    }

    private void tenant(Inventory.Tenant tenant) {
        for (Inventory.Version version : tenant.versions()) {
            boolean old = !version.equals(tenant.versions().getLast());
            Instant due = Level.TENANT.due(version.madeAt()).orElseThrow();
            line(
                    "tenant",
                    tenant.tenant().toString(),
                    "" + version.version(),
                    age(version.madeAt()),
                    "" + version.rows(),
                    KeyAges.day(due).toString(),
                    old ? "is being replaced." : sentence(due));
        }
        Optional<Instant> oldest = tenant.oldestMailboxKey();
        oldest.ifPresent(made -> {
            Instant due = Level.MAILBOX.due(made).orElseThrow();
            line(
                    "mailboxes",
                    tenant.tenant().toString(),
                    "",
                    age(made),
                    "" + tenant.mailboxes(),
                    KeyAges.day(due).toString(),
                    tenant.waiting() > 0
                            ? tenant.waiting() + " get a new key now."
                            : sentence(due)
                                    + (tenant.former() > 0
                                            ? " "
                                                    + tenant.former()
                                                    + " older ones are kept for old messages."
                                            : ""));
        });
    }

    private String sentence(Instant due) {
        return KeyAges.warning(due, clock.instant()).map(warning -> warning + ".").orElse("fine.");
    }

    private String age(Instant made) {
        return "" + Duration.between(made, clock.instant()).toDays();
    }

    private void line(
            String level,
            String of,
            String version,
            String age,
            String keys,
            String due,
            String sentence) {
        lines.add(
                "%-10s %-36s %-10s %8s %10s  %-10s  %s"
                        .formatted(level, of, version, age, keys, due, sentence)
                        .stripTrailing());
    }
}
