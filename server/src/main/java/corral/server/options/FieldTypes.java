package corral.server.options;

import corral.server.options.HttpOptions.NameValue;
import corral.server.options.TlsOptions.ClientCertificates;
import corral.server.options.TlsOptions.SniCertificate;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The types of options with a form of their own. */
final class FieldTypes {
    private static final String DESCRIPTOR = "fd://";
    private static final int LARGEST_DESCRIPTOR = 1 << 20;

    /** An inherited socket. */
    static final FlagType<Integer> SOCKET = FlagTypes.one("fd://N, an inherited socket", FieldTypes::descriptor);

    /** Inherited sockets. */
    static final FlagType<List<Integer>> SOCKETS =
            FlagTypes.commas("fd://N, an inherited socket", FieldTypes::descriptor);

    /** {@code NAME:VALUE}, as it will stand in a response. */
    static final FlagType<List<NameValue>> HEADERS =
            FlagTypes.each("NAME:VALUE of a header", text -> header(text, false));

    /** {@code NAME:VALUE}, read with the name in lower case. */
    static final FlagType<List<NameValue>> LOWER_HEADERS =
            FlagTypes.each("NAME:VALUE of a header", text -> header(text, true));

    /** Names of headers, or {@code *}. */
    static final FlagType<List<String>> NAMES =
            FlagTypes.commas("names of headers, or *", text -> Optional.of(text).filter(FieldTypes::isToken));

    /** Globs. */
    static final FlagType<List<String>> GLOBS = FlagTypes.commas("file patterns", Optional::of);

    /** Paths, one for each option. */
    static final FlagType<List<Path>> PATHS = FlagTypes.each("a path", FieldTypes::path);

    /** Paths or globs, one for each option. */
    static final FlagType<List<String>> FILES = FlagTypes.each("a path or file pattern", Optional::of);

    /** Addresses that are trusted. */
    static final FlagType<List<String>> ADDRESSES =
            FlagTypes.commas("IP addresses, networks without host bits, * or unix", FieldTypes::trusted);

    /** As {@link #ADDRESSES}, and words that are only compared, as uvicorn allows. */
    static final FlagType<List<String>> ADDRESSES_OR_WORDS = FlagTypes.commas("IP addresses, networks", Optional::of);

    /** Python's ssl numbers or their words. */
    static final FlagType<ClientCertificates> CLIENT_CERTIFICATES = FlagTypes.one(
            "0, 1, 2, none, optional, required",
            text -> Optional.ofNullable(
                    switch (FlagTypes.lower(text)) {
                        case "0", "none" -> ClientCertificates.NONE;
                        case "1", "optional" -> ClientCertificates.OPTIONAL;
                        case "2", "required" -> ClientCertificates.REQUIRED;
                        default -> null;
                    }));

    /** Further certificates. */
    static final FlagType<List<SniCertificate>> SNI_CERTIFICATES =
            FlagTypes.each("HOST=CERTFILE:KEYFILE", FieldTypes::sniCertificate);

    private FieldTypes() {}

    private static Optional<Integer> descriptor(String text) {
        if (!text.startsWith(DESCRIPTOR)) {
            return Optional.empty();
        }
        return FlagTypes.number(text.substring(DESCRIPTOR.length()))
                .filter(value -> value >= 0 && value <= LARGEST_DESCRIPTOR)
                .map(Long::intValue);
    }

    private static Optional<NameValue> header(String text, boolean lower) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String name = text.substring(0, colon).strip();
        String value = text.substring(colon + 1).strip();
        if (!isToken(name) || !isFieldValue(value)) {
            return Optional.empty();
        }
        return Optional.of(new NameValue(lower ? FlagTypes.lower(name) : name, value));
    }

    private static Optional<SniCertificate> sniCertificate(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            return Optional.empty();
        }
        String host = FlagTypes.lower(text.substring(0, equals));
        String files = text.substring(equals + 1);
        int colon = files.lastIndexOf(':');
        String certfile = colon < 0 ? files : files.substring(0, colon);
        String keyfile = colon < 0 ? null : files.substring(colon + 1);
        // A star stands for the first label only (RFC 6125 6.4.3).
        boolean wellFormed = host.indexOf('*', host.startsWith("*.") ? 1 : 0) < 0 && !host.equals("*.");
        if (!wellFormed || certfile.isEmpty() || (keyfile != null && keyfile.isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(new SniCertificate(host, certfile, keyfile));
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> trusted(String text) {
        if (text.equals("*") || text.equals("unix") || Network.parse(text).isPresent()) {
            return Optional.of(text);
        }
        return Optional.empty();
    }

    private static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c ->
                                c < 128 && (Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf((char) c) >= 0));
    }

    private static boolean isFieldValue(String text) {
        return text.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 256 && c != 127));
    }
}
