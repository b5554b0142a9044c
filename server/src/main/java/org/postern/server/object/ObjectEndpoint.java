package org.postern.server.object;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.DataKey;
import org.postern.crypto.SealedSource;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.MalformedAddressException;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.blob.BlobStore;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.StoredMessage;
import org.postern.db.store.StoredSlot;
import org.postern.keys.Authority;
import org.postern.keys.Custody;
import org.postern.keys.KeyService.ObjectName;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.core.io.InputStreamResource;
import org.springframework.util.MimeTypeUtils;

/// `POST /object/sealed` and `/object/key` of the management port, where the keys are: one message
/// as it is stored, and what opens it. The second is an audit event.
@Endpoint(id = "object")
public final class ObjectEndpoint {

    private final MailDatabase database;
    private final BlobStore blobs;
    private final Authority authority;
    private final Custody custody;

    public ObjectEndpoint(
            MailDatabase database, BlobStore blobs, Authority authority, Custody custody) {
        this.database = database;
        this.blobs = blobs;
        this.authority = authority;
        this.custody = custody;
    }

    /// Gives the object away, or its key.
    ///
    /// @param owner the address of one who has the message
    @WriteOperation
    public WebEndpointResponse<Object> export(
            @Selector String what, String host, String message, String owner) throws IOException {
        @Nullable TenantId tenant = database.tenants().findByHost(host).orElse(null);
        if (tenant == null) {
            return refused("there is no tenant at the host " + host + ".");
        }
        MessageId id;
        try {
            id = new MessageId(UUID.fromString(message));
        } catch (IllegalArgumentException e) {
            return refused("a message is named as in the address of its page, after /m/.");
        }
        @Nullable MailboxId mailbox = mailbox(tenant, owner).orElse(null);
        Optional<StoredSlot> slot =
                mailbox == null
                        ? Optional.empty()
                        : database.messages().findSlot(tenant, id, mailbox);
        @Nullable StoredMessage stored = database.messages().find(tenant, id).orElse(null);
        if (mailbox == null || slot.isEmpty() || stored == null) {
            return refused("nobody of that address has that message.");
        }
        return switch (what) {
            case "sealed" -> sealed(tenant, id);
            case "key" -> key(tenant, mailbox, stored, slot.get());
            default -> new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
        };
    }

    private WebEndpointResponse<Object> sealed(TenantId tenant, MessageId id) throws IOException {
        Optional<SealedSource> source = blobs.find(tenant, id);
        return source.isEmpty()
                ? refused("its sealed object is not in the blob store.")
                : new WebEndpointResponse<>(
                        new InputStreamResource(new SourceStream(source.get())),
                        WebEndpointResponse.STATUS_OK,
                        MimeTypeUtils.APPLICATION_OCTET_STREAM);
    }

    private WebEndpointResponse<Object> key(
            TenantId tenant, MailboxId mailbox, StoredMessage message, StoredSlot slot) {
        try {
            DataKey key =
                    custody.take(
                            tenant,
                            mailbox,
                            new ObjectName(message.id(), message.header().digest()),
                            slot.slot());
            return new WebEndpointResponse<>(
                    Map.of(
                            "key",
                            new ObjectKey(
                                            tenant.value(),
                                            message.id().value(),
                                            authority.succession(),
                                            message.certificate(),
                                            key)
                                    .text()));
        } catch (OpeningFailedException e) {
            return refused(
                    "it does not open: it was recalled, its time is over, or it was changed.");
        }
    }

    private Optional<MailboxId> mailbox(TenantId tenant, String owner) {
        try {
            return custody.mailbox(tenant, EmailAddress.parse(owner));
        } catch (MalformedAddressException e) {
            return Optional.empty();
        }
    }

    private static WebEndpointResponse<Object> refused(String sentence) {
        return new WebEndpointResponse<>(
                Map.of("sentence", sentence), 422, MimeTypeUtils.APPLICATION_JSON);
    }
}
