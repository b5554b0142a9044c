package org.postern.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.postern.crypto.DataKey;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.Sealer;
import org.postern.crypto.SealingStream;
import org.postern.crypto.SigningKey;
import org.postern.crypto.SpoolSealer;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.MalformedAddressException;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.ReadingTerms;
import org.postern.db.TenantId;
import org.postern.db.store.SignInRequest;
import org.postern.db.store.TenantStore;
import org.postern.keys.KeyService.AdmittedMailbox;
import org.postern.keys.KeyService.Issued;
import org.postern.keys.KeyService.ObjectName;
import org.postern.keys.KeyService.Redeemed;
import org.postern.keys.KeyService.Redemption;
import org.springframework.jdbc.core.simple.JdbcClient;

/// A key service, a clock that stands, and a door that seals for it.
///
/// @param mail the mail database, in which openings are recorded
/// @param shredding of what is due, in the process that has the ledger
public record KeyScene(
        KeyService keys,
        Authority authority,
        SettableClock clock,
        SecureRandom random,
        JdbcClient mail,
        IntSupplier shredding) {

    private static final String PROBE = "probe";

    /// What a door leaves of one message.
    ///
    /// @param probe opens with the object's data key alone
    public record Sealed(
            ObjectPreamble object,
            InstanceCertificate certificate,
            SpoolSlot slot,
            SealedRecord envelope,
            SealedRecord probe) {

        public ObjectName name() {
            return new ObjectName(message(), object.header().digest());
        }

        public MessageId message() {
            return new MessageId(object.header().object());
        }

        /// Whether this is the object's data key.
        public boolean openedBy(DataKey key) {
            try {
                return Arrays.equals(
                        key.recordKey(PROBE).open(probe, object.header().hash()),
                        PROBE.getBytes(UTF_8));
            } catch (OpeningFailedException e) {
                return false;
            }
        }
    }

    /// A tenant that nobody else has.
    public TenantId tenant() {
        TenantId tenant = new TenantId(id());
        authority.createTenant(tenant);
        new TenantStore(mail)
                .insert(
                        tenant,
                        "Example Clinic",
                        tenant + ".example",
                        Optional.empty(),
                        clock.instant());
        return tenant;
    }

    public UUID id() {
        return new UuidV7(clock, random).next();
    }

    /// A message as a certified door seals it.
    public Sealed message(TenantId tenant, Optional<String> author, String... recipients) {
        return message(envelope(tenant, author, recipients), "door-1");
    }

    /// A message from one to another.
    public Sealed message(TenantId tenant) {
        return message(tenant, Optional.of("nurse@example.com"), "patient@example.org");
    }

    public Sealed message(Envelope envelope, String instance) {
        SigningKey key = SigningKey.generate(random);
        return message(
                envelope.tenant(),
                envelope,
                key,
                authority.certify(
                        instance, key.publicKey(), clock.instant().plus(Duration.ofDays(14))));
    }

    /// A message whose header may name another tenant than its envelope.
    ///
    /// @param tenant of the header
    public Sealed message(
            TenantId tenant, Envelope envelope, SigningKey key, InstanceCertificate certificate) {
        ObjectHeader header = header(tenant, ObjectType.RAW_MAIL, certificate.instance());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (SealingStream out =
                new Sealer(key, new SpoolSealer(authority.spoolKey(), clock, random), random)
                        .begin(header, bytes)) {
            SealedRecord sealedEnvelope =
                    out.recordKey(KeyService.ENVELOPE)
                            .seal(envelope.encode(), header.hash(), random);
            SealedRecord probe =
                    out.recordKey(PROBE).seal(PROBE.getBytes(UTF_8), header.hash(), random);
            return new Sealed(
                    ObjectPreamble.atStartOf(bytes.toByteArray()),
                    certificate,
                    out.slot(),
                    sealedEnvelope,
                    probe);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OpeningFailedException e) {
            throw new IllegalStateException(e);
        }
    }

    public Envelope envelope(TenantId tenant, Optional<String> author, String... recipients) {
        return new Envelope(
                tenant,
                Optional.empty(),
                author.map(KeyScene::address),
                author.map(KeyScene::address),
                Arrays.stream(recipients)
                        .map(recipient ->
                                new Envelope.Recipient(
                                        address(recipient), Optional.empty(), Optional.empty()))
                        .toList(),
                Optional.empty(),
                clock.instant(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty());
    }

    /// The same on these terms.
    public static Envelope on(ReadingTerms terms, Envelope envelope) {
        return with(Optional.of(terms), envelope.password(), envelope.phone(), envelope);
    }

    /// The same with this password.
    public static Envelope locked(MessagePassword password, Envelope envelope) {
        return with(envelope.terms(), Optional.of(password), Optional.empty(), envelope);
    }

    /// The same with this phone.
    public static Envelope locked(PhoneNumber phone, Envelope envelope) {
        return with(envelope.terms(), Optional.empty(), Optional.of(phone), envelope);
    }

    private static Envelope with(
            Optional<ReadingTerms> terms,
            Optional<MessagePassword> password,
            Optional<PhoneNumber> phone,
            Envelope envelope) {
        return new Envelope(
                envelope.tenant(),
                envelope.connector(),
                envelope.reversePath(),
                envelope.author(),
                envelope.recipients(),
                envelope.envelopeId(),
                envelope.acceptedAt(),
                terms,
                envelope.requireTls(),
                password,
                phone);
    }

    public KeyService.Admitted admit(Sealed sealed) throws OpeningFailedException {
        return keys.admit(sealed.object(), sealed.certificate(), sealed.slot(), sealed.envelope());
    }

    /// Somebody asks for a link, as the portal writes it down.
    public SignInRequest request(TenantId tenant, String typed, Mac256 browser) {
        ObjectHeader header = header(tenant, ObjectType.SEALED_RECORD, "portal-1");
        DataKey key = DataKey.generate(random);
        return new SignInRequest(
                header,
                new SpoolSealer(authority.spoolKey(), clock, random).seal(key, header),
                key.recordKey(KeyService.ADDRESS)
                        .seal(typed.getBytes(UTF_8), header.hash(), random),
                browser,
                clock.instant());
    }

    public Issued issue(TenantId tenant, String address, Mac256 browser)
            throws OpeningFailedException {
        return keys.issue(request(tenant, address, browser)).orElseThrow();
    }

    /// Signs in by a link.
    public Redeemed signIn(TenantId tenant, String address) throws OpeningFailedException {
        Mac256 browser = browser();
        String token = issue(tenant, address, browser).token();
        return (Redeemed) keys.redeem(tenant, new Redemption.Link(token, browser)).orElseThrow();
    }

    /// A browser that nobody else has.
    public Mac256 browser() {
        byte[] binding = new byte[32];
        random.nextBytes(binding);
        return Mac256.sha256(binding);
    }

    /// The kinds of all that was recorded of a tenant, in no order.
    public List<String> events(TenantId tenant) {
        return mail.sql("SELECT kind FROM audit_event WHERE tenant_id = :tenant")
                .param("tenant", tenant.value())
                .query((row, _) -> row.getString("kind"))
                .list();
    }

    /// The mailbox of this address among those admitted.
    public static AdmittedMailbox of(KeyService.Admitted admitted, String address) {
        return admitted.mailboxes().stream()
                .filter(mailbox ->
                        mailbox.address().normalForm().equals(address(address).normalForm()))
                .findFirst()
                .orElseThrow();
    }

    public static EmailAddress address(String text) {
        try {
            return EmailAddress.parse(text);
        } catch (MalformedAddressException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private ObjectHeader header(TenantId tenant, ObjectType type, String instance) {
        return new ObjectHeader(type, tenant.value(), id(), clock.instant(), instance, 0);
    }
}
