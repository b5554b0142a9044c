package org.postern.keys.provider;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which slot a token is in, by its label. Java's own PKCS#11 provider wants the number of a slot
/// and tells nobody what is in it, so the module is asked as its standard says (OASIS PKCS#11 2.40,
/// sections 5.4 and 5.5): C_GetFunctionList, C_Initialize, C_GetSlotList, C_GetTokenInfo. No key
/// and no PIN passes here.
final class Pkcs11Tokens {

    private static final long OK = 0;

    /// CKR_CRYPTOKI_ALREADY_INITIALIZED: Java's provider was here before, and takes it likewise.
    private static final long INITIALIZED = 0x191;

    /// CKF_OS_LOCKING_OK: the module is used by many threads, as Java's provider uses it.
    private static final long LOCKS_BY_ITSELF = 2;

    // Places in CK_FUNCTION_LIST, whose first eight bytes are its version.
    private static final int INITIALIZE = 0;
    private static final int GET_SLOT_LIST = 4;
    private static final int GET_TOKEN_INFO = 6;

    private static final int LABEL_BYTES = 32;

    /// Larger than any CK_TOKEN_INFO.
    private static final int TOKEN_INFO_BYTES = 512;

    private Pkcs11Tokens() {}

    /// The number of the slot with this token.
    ///
    /// @throws GeneralSecurityException if there is none, or more than one, or the module fails
    static long slot(Path library, String label) throws GeneralSecurityException {
        List<Long> found = new ArrayList<>();
        // Never unloaded: the module is in use for as long as this process lives.
        Module module = Module.load(library, Arena.global());
        try (Arena arena = Arena.ofConfined()) {
            for (long slot : module.slots(arena)) {
                if (module.label(slot, arena).filter(label::equals).isPresent()) {
                    found.add(slot);
                }
            }
        }
        if (found.size() != 1) {
            throw new GeneralSecurityException(
                    found.size() + " tokens have the label that was given");
        }
        return found.getFirst();
    }

    private record Module(MemorySegment functions) {

        @SuppressWarnings("restricted") // a security module is native code, however it is loaded
        static Module load(Path library, Arena arena) throws GeneralSecurityException {
            SymbolLookup symbols;
            try {
                symbols = SymbolLookup.libraryLookup(library, arena);
            } catch (IllegalArgumentException e) {
                throw new GeneralSecurityException("the library cannot be loaded", e);
            }
            MemorySegment start =
                    symbols.find("C_GetFunctionList")
                            .orElseThrow(
                                    () -> new GeneralSecurityException("no library for PKCS#11"));
            MemorySegment list = arena.allocate(ADDRESS);
            call(handle(start, ADDRESS), list);
            Module module = new Module(list.get(ADDRESS, 0).reinterpret(Long.BYTES * 69L));
            module.initialize(arena);
            return module;
        }

        private void initialize(Arena arena) throws GeneralSecurityException {
            // Four functions for locks, flags, one reserved: CK_C_INITIALIZE_ARGS
            MemorySegment arguments = arena.allocate(6L * Long.BYTES, Long.BYTES);
            arguments.set(JAVA_LONG, 4L * Long.BYTES, LOCKS_BY_ITSELF);
            long result = result(function(INITIALIZE, ADDRESS), arguments);
            if (result != OK && result != INITIALIZED) {
                throw failed(result);
            }
        }

        /// All slots in which a token is.
        long[] slots(Arena arena) throws GeneralSecurityException {
            MethodHandle list = function(GET_SLOT_LIST, JAVA_BYTE, ADDRESS, ADDRESS);
            MemorySegment count = arena.allocate(JAVA_LONG);
            call(list, (byte) 1, MemorySegment.NULL, count);
            long room = count.get(JAVA_LONG, 0);
            MemorySegment slots = arena.allocate(JAVA_LONG, Math.max(room, 1));
            call(list, (byte) 1, slots, count);
            long there = Math.min(room, count.get(JAVA_LONG, 0));
            return slots.asSlice(0, there * Long.BYTES).toArray(JAVA_LONG);
        }

        /// Nothing of a token that does not say: another's failure is none of ours.
        Optional<String> label(long slot, Arena arena) throws GeneralSecurityException {
            MemorySegment info = arena.allocate(TOKEN_INFO_BYTES, Long.BYTES);
            if (result(function(GET_TOKEN_INFO, JAVA_LONG, ADDRESS), slot, info) != OK) {
                return Optional.empty();
            }
            byte[] label = info.asSlice(0, LABEL_BYTES).toArray(JAVA_BYTE);
            return Optional.of(new String(label, UTF_8).stripTrailing());
        }

        private MethodHandle function(int place, MemoryLayout... arguments) {
            return handle(functions.get(ADDRESS, Long.BYTES * (1L + place)), arguments);
        }

        @SuppressWarnings("restricted") // as above
        private static MethodHandle handle(MemorySegment function, MemoryLayout... arguments) {
            return Linker.nativeLinker()
                    .downcallHandle(function, FunctionDescriptor.of(JAVA_LONG, arguments));
        }

        private static void call(MethodHandle function, Object... arguments)
                throws GeneralSecurityException {
            long result = result(function, arguments);
            if (result != OK) {
                throw failed(result);
            }
        }

        private static GeneralSecurityException failed(long result) {
            return new GeneralSecurityException("CKR_0x" + Long.toHexString(result));
        }

        private static long result(MethodHandle function, Object... arguments)
                throws GeneralSecurityException {
            try {
                return (long) function.invokeWithArguments(arguments);
            } catch (Throwable e) {
                throw new GeneralSecurityException("the module fails", e);
            }
        }
    }
}
