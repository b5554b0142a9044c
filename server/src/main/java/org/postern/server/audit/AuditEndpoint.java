package org.postern.server.audit;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.StoredCheckpoint;
import org.postern.keys.Authority;
import org.postern.notifications.audit.Chainer;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.core.io.InputStreamResource;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/// `POST /audit` of the management port: one organisation's audit chain, as lines of JSON.
@Endpoint(id = "audit")
public final class AuditEndpoint {

    private static final MimeType LINES = MimeType.valueOf("application/jsonl");

    private final MailDatabase database;
    private final Authority authority;
    private final Chainer chainer;
    private final UuidV7 ids;
    private final Clock clock;

    public AuditEndpoint(
            MailDatabase database,
            Authority authority,
            Chainer chainer,
            Clock clock,
            SecureRandom random) {
        this.database = database;
        this.authority = authority;
        this.chainer = chainer;
        this.ids = new UuidV7(clock, random);
        this.clock = clock;
    }

    /// The export holds the event that it was made.
    @WriteOperation
    public WebEndpointResponse<Object> export(String host) {
        Optional<TenantId> tenant = database.tenants().findByHost(host);
        if (tenant.isEmpty()) {
            return refused("there is no tenant at the host " + host + ".");
        }
        database.audit()
                .insert(
                        tenant.get(),
                        ids.next(),
                        AuditKind.AUDIT_EXPORTED,
                        Optional.empty(),
                        Optional.empty(),
                        clock.instant());
        chainer.chain();
        Optional<StoredCheckpoint> newest = database.auditChain().newestCheckpoint(tenant.get());
        if (newest.isEmpty()) {
            return refused("nothing was signed yet; the log says what is in the way.");
        }
        return new WebEndpointResponse<>(
                new InputStreamResource(
                        new ExportStream(
                                database.auditChain(),
                                tenant.get(),
                                authority.auditSuccession(),
                                newest.get())),
                WebEndpointResponse.STATUS_OK,
                LINES);
    }

    private static WebEndpointResponse<Object> refused(String sentence) {
        return new WebEndpointResponse<>(
                Map.of("sentence", sentence), 422, MimeTypeUtils.APPLICATION_JSON);
    }
}
