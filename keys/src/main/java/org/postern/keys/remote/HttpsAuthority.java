package org.postern.keys.remote;

import static org.postern.keys.remote.KeysConnection.required;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.MacKey;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.db.TenantId;
import org.postern.db.store.StoredCheckpoint;
import org.postern.db.store.Tenant;
import org.postern.keys.Altered;
import org.postern.keys.Authority;

/// The authority of another process.
final class HttpsAuthority implements Authority {

    private final KeysConnection keys;

    HttpsAuthority(KeysConnection keys) {
        this.keys = keys;
    }

    @Override
    public Succession succession() {
        return ask(Call.SUCCESSION, new Questions.Nothing(), Succession.class);
    }

    @Override
    public InstanceCertificate certify(String instance, PublicKey32 instanceKey, Instant notAfter) {
        return ask(
                Call.CERTIFY,
                new Questions.Certify(instance, instanceKey, notAfter),
                InstanceCertificate.class);
    }

    @Override
    public void report(String instance, long oldestSpoolKey) {
        keys.askPlainly(Call.REPORT, new Questions.Report(instance, oldestSpoolKey), Void.class);
    }

    @Override
    public Optional<Signature64> sign(String purpose, byte[] document) {
        return keys.askPlainly(
                Call.SIGN,
                new Questions.Sign(purpose, new Questions.Document(document)),
                Signature64.class);
    }

    @Override
    public List<Altered> altered(List<Tenant> tenants) {
        return ask(Call.ALTERED, new Questions.Tenants(tenants), Questions.AlteredTenants.class)
                .all();
    }

    @Override
    public boolean announce(Optional<Tenant> before, Tenant after) {
        return ask(Call.ANNOUNCE, new Questions.Announce(before, after), Questions.Done.class)
                .done();
    }

    @Override
    public void confirm(Tenant now) {
        keys.askPlainly(Call.CONFIRM, now, Void.class);
    }

    @Override
    public boolean accept(TenantId tenant, Optional<Tenant> now) {
        return ask(Call.ACCEPT, new Questions.Accept(tenant, now), Questions.Done.class).done();
    }

    @Override
    public SpoolPublicKey spoolKey() {
        return ask(Call.SPOOL_KEY, new Questions.Nothing(), SpoolPublicKey.class);
    }

    @Override
    public void createTenant(TenantId tenant) {
        keys.askPlainly(Call.CREATE_TENANT, new Questions.Tenant(tenant), Void.class);
    }

    @Override
    public Lent lend(TenantId tenant) {
        return ask(Call.LEND, new Questions.Tenant(tenant), Lent.class);
    }

    @Override
    public StoredCheckpoint checkpoint(TenantId tenant, long size, List<Mac256> leaves) {
        return ask(
                Call.CHECKPOINT,
                new Questions.Checkpoint(tenant, size, leaves),
                StoredCheckpoint.class);
    }

    @Override
    public long audited(TenantId tenant) {
        return ask(Call.AUDITED, new Questions.Tenant(tenant), Long.class);
    }

    @Override
    public Succession auditSuccession() {
        return ask(Call.AUDIT_SUCCESSION, new Questions.Nothing(), Succession.class);
    }

    @Override
    public MacKey destinationKey() {
        return ask(Call.DESTINATION_KEY, new Questions.Nothing(), MacKey.class);
    }

    @Override
    public MacKey returnKey() {
        return ask(Call.RETURN_KEY, new Questions.Nothing(), MacKey.class);
    }

    private <T> T ask(Call call, Object question, Class<T> type) {
        return required(keys.askPlainly(call, question, type));
    }
}
