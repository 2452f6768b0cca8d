package corral.daemon.config;

import corral.daemon.config.HttpServerConfig.Address.Inet;
import corral.daemon.ini.PyText;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The kinds of sections and the tables of the small ones (spec/supervisor.md 2). */
final class Sections {
    static final String DEFAULTS = "DEFAULT";
    static final String DAEMON = "supervisord";
    static final String ALIAS = "corrald";
    static final String INCLUDE = "include";
    static final String UNIX_SERVER = "unix_http_server";
    static final String INET_SERVER = "inet_http_server";
    static final String PROGRAM = "program:";
    static final String GROUP = "group:";
    /** Corral's own. */
    static final String SERVER = "server:";

    static final String LISTENER = "eventlistener:";
    static final String FASTCGI = "fcgi-program:";
    static final String RPC_INTERFACE = "rpcinterface:";
    private static final String CTL_PLUGIN = "ctlplugin:";

    static final Key<String> FILES = Key.of("files", Types.STRING, "patterns of files to read, separated by blanks");
    static final Key<List<String>> PROGRAMS = Key.of("programs", Types.LIST, "", "programs in the group");
    static final Key<Integer> PRIORITY = Key.of("priority", Types.INT, "999", "lower starts first");
    static final Key<Inet> PORT = Key.of("port", Types.INET, "where it listens");
    static final Key<Path> FILE = Key.of("file", Types.SOCKET, "path of the socket");
    static final Key<Integer> CHMOD =
            Key.of("chmod", Types.named(Types.OCTAL, "chmod"), "0700", "permissions of the socket");
    static final Key<Users.Owner> CHOWN = Key.of("chown", Types.named(Types.OWNER, "sockchown"), "owner of the socket");
    static final Key<String> USERNAME = Key.of("username", Types.STRING, "for basic authentication");
    static final Key<String> PASSWORD = Key.of("password", Types.STRING, "plain, or {SHA} and the SHA-1 in hex");
    static final Key<String> FACTORY =
            Key.of("supervisor.rpcinterface_factory", Types.STRING, "what provides the methods");

    static final KeyTable INCLUDE_TABLE = KeyTable.of(INCLUDE, FILES);
    static final KeyTable GROUP_TABLE = KeyTable.of("group:x", PROGRAMS, PRIORITY);
    static final KeyTable INET_TABLE = KeyTable.of(INET_SERVER, PORT, USERNAME, PASSWORD);
    static final KeyTable UNIX_TABLE = KeyTable.of(UNIX_SERVER, FILE, CHMOD, CHOWN, USERNAME, PASSWORD);
    static final KeyTable CTL_TABLE = KeyTable.of(
            "supervisorctl",
            Key.of("serverurl", Types.STRING, "http://localhost:9001", "where the daemon listens"),
            USERNAME,
            PASSWORD,
            Key.of("prompt", Types.STRING, "supervisor", "text before the shell's input"),
            Key.of("history_file", Types.STRING, "where the shell keeps its history"));

    static final List<KeyTable> TABLES = List.of(
            DaemonKeys.TABLE,
            ProgramKeys.TABLE,
            GROUP_TABLE,
            INCLUDE_TABLE,
            INET_TABLE,
            UNIX_TABLE,
            CTL_TABLE,
            ProgramKeys.LISTENER,
            ProgramKeys.FASTCGI,
            ServerKeys.TABLE);

    private static final List<String> HEADERS = List.of(
            DAEMON,
            ALIAS,
            "supervisorctl",
            INCLUDE,
            UNIX_SERVER,
            INET_SERVER,
            PROGRAM,
            GROUP,
            SERVER,
            LISTENER,
            FASTCGI,
            RPC_INTERFACE);

    private Sections() {}

    /** The options that a section may have; empty when it may have any or is not known. */
    static Optional<KeyTable> table(String section) {
        if (section.startsWith(PROGRAM)) {
            return Optional.of(ProgramKeys.TABLE);
        } else if (section.startsWith(SERVER)) {
            return Optional.of(ServerKeys.TABLE);
        } else if (section.startsWith(GROUP)) {
            return Optional.of(GROUP_TABLE);
        } else if (section.startsWith(LISTENER)) {
            return Optional.of(ProgramKeys.LISTENER);
        } else if (section.startsWith(FASTCGI)) {
            return Optional.of(ProgramKeys.FASTCGI);
        } else if (section.startsWith(INET_SERVER)) {
            return Optional.of(INET_TABLE);
        } else if (section.startsWith(UNIX_SERVER)) {
            return Optional.of(UNIX_TABLE);
        }
        return switch (section) {
            case DAEMON -> Optional.of(DaemonKeys.TABLE);
            case INCLUDE -> Optional.of(INCLUDE_TABLE);
            case "supervisorctl" -> Optional.of(CTL_TABLE);
            default -> Optional.empty();
        };
    }

    /** Whether something reads the section. */
    static boolean isKnown(String section) {
        return table(section).isPresent() || section.startsWith(RPC_INTERFACE) || section.startsWith(CTL_PLUGIN);
    }

    /** The section that an unknown one was probably meant to be. */
    static Optional<String> nearest(String unknown) {
        String text = unknown.strip();
        int colon = text.indexOf(':');
        String kind = text.substring(0, colon + 1).strip().toLowerCase(Locale.ROOT);
        String name = text.substring(colon + 1).strip();
        String word = colon < 0 ? name.toLowerCase(Locale.ROOT) : kind;
        String rest = colon < 0 ? "NAME" : name;
        return Nearest.to(word, HEADERS).map(header -> header.endsWith(":") ? header.concat(rest) : header);
    }

    /** The text after the first colon, as Supervisor trims it. */
    static String nameIn(String section) {
        return PyText.strip(section.substring(section.indexOf(':') + 1));
    }
}
