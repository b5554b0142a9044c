package org.postern.keys.remote;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;
import org.postern.crypto.DataKey;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.MacKey;
import org.postern.crypto.RecordKey;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.SealedBytes;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.db.Envelope;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/// How questions and answers are written: JSON, every value of bytes in base64. A reader refuses
/// what it does not know and misses what is not there.
final class WireFormat {

    /// Without the pool of buffers that others share: keys would stay in one until it is used
    /// again.
    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                                    .build())
                    .addModule(types())
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private WireFormat() {}

    static byte[] write(Object value) {
        return JSON.writeValueAsBytes(value);
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws JacksonException whose message may quote what was read: nobody logs it
    static <T> T read(byte[] bytes, Class<T> type) {
        return JSON.readValue(bytes, type);
    }

    private static SimpleModule types() {
        SimpleModule types = new SimpleModule("postern keys");
        sealed(types, Mac256.class, Mac256::of);
        sealed(types, ObjectPreamble.class, ObjectPreamble::of);
        sealed(types, PublicKey32.class, PublicKey32::of);
        sealed(types, SealedRecord.class, SealedRecord::of);
        sealed(types, Signature64.class, Signature64::of);
        sealed(types, Slot.class, Slot::of);
        sealed(types, SpoolSlot.class, SpoolSlot::of);
        add(types, ObjectHeader.class, ObjectHeader::encode, ObjectHeader::parse);
        add(
                types,
                InstanceCertificate.class,
                InstanceCertificate::encode,
                bytes -> InstanceCertificate.parse(bytes));
        add(types, Succession.class, Succession::encode, Succession::parse);
        add(types, SpoolPublicKey.class, WireFormat::encode, WireFormat::spoolPublicKey);
        add(types, Envelope.class, Envelope::encode, Envelope::decode);
        add(types, Questions.Document.class, Questions.Document::bytes, Questions.Document::new);
        // Secrets: lent over a connection on which both sides have shown who they are.
        add(types, DataKey.class, DataKey::exportSecret, DataKey::importSecret);
        add(types, MacKey.class, MacKey::exportSecret, MacKey::importSecret);
        add(types, RecordKey.class, RecordKey::exportSecret, RecordKey::importSecret);
        return types;
    }

    private static <T extends SealedBytes> void sealed(
            SimpleModule types, Class<T> type, FromBytes<T> from) {
        add(types, type, SealedBytes::toBytes, from);
    }

    private static <T> void add(
            SimpleModule types, Class<T> type, Function<T, byte[]> to, FromBytes<T> from) {
        types.addSerializer(
                type,
                new ValueSerializer<T>() {
                    @Override
                    public void serialize(
                            T value, JsonGenerator out, SerializationContext context) {
                        out.writeBinary(to.apply(value));
                    }
                });
        types.addDeserializer(
                type,
                new ValueDeserializer<T>() {
                    @Override
                    public T deserialize(JsonParser in, DeserializationContext context) {
                        try {
                            return from.read(in.getBinaryValue());
                        } catch (OpeningFailedException | IllegalArgumentException e) {
                            throw InvalidFormatException.from(in, "malformed", "", type);
                        }
                    }
                });
    }

    private static byte[] encode(SpoolPublicKey key) {
        return ByteBuffer.allocate(Long.BYTES + SpoolPublicKey.BYTES)
                .putLong(key.id())
                .put(key.toBytes())
                .array();
    }

    private static SpoolPublicKey spoolPublicKey(byte[] bytes) throws OpeningFailedException {
        if (bytes.length < Long.BYTES) {
            throw new OpeningFailedException();
        }
        return SpoolPublicKey.of(
                ByteBuffer.wrap(bytes).getLong(),
                Arrays.copyOfRange(bytes, Long.BYTES, bytes.length));
    }

    @FunctionalInterface
    private interface FromBytes<T> {
        T read(byte[] bytes) throws OpeningFailedException;
    }
}
