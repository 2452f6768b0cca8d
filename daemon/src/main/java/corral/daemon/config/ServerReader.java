package corral.daemon.config;

import corral.daemon.config.HttpServerConfig.Address;
import corral.daemon.ini.Names;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The control servers, TCP first (spec/supervisor.md 2.2). */
final class ServerReader {
    private static final int MODE = 07777;

    private final Reading reading;
    private final Names names;
    private final String here;

    /**
     * A reader.
     *
     * @param names variables of the daemon and of its {@code environment}; only the socket's path may use {@code here}
     */
    ServerReader(Reading reading, Names names, String here) {
        this.reading = reading;
        this.names = names;
        this.here = here;
    }

    /** All servers that have an address. */
    List<HttpServerConfig> read() {
        List<HttpServerConfig> servers = new ArrayList<>();
        for (RawSection section : reading.raw().sections(Sections.INET_SERVER)) {
            inet(SectionReader.of(reading, section, names)).ifPresent(servers::add);
        }
        for (RawSection section : reading.raw().sections(Sections.UNIX_SERVER)) {
            unix(SectionReader.of(reading, section, names)).ifPresent(servers::add);
        }
        return List.copyOf(servers);
    }

    /** What AUTO stands for in {@code serverurl}: the first Unix server, else the first TCP one. */
    static Optional<String> url(List<HttpServerConfig> servers) {
        Optional<String> inet = Optional.empty();
        for (HttpServerConfig server : servers) {
            if (server.address() instanceof Address.Unix unix) {
                return Optional.of("unix://" + unix.path());
            }
            if (inet.isEmpty() && server.address() instanceof Address.Inet address) {
                String host = address.host().isEmpty() ? "localhost" : address.host();
                inet = Optional.of("http://" + host + ":" + address.port());
            }
        }
        return inet;
    }

    private Optional<HttpServerConfig> inet(SectionReader section) {
        Optional<String> username = section.optional(Sections.USERNAME);
        Optional<String> password = section.optional(Sections.PASSWORD);
        checkBoth(section);
        if (!section.has(Sections.PORT)) {
            missing(section, Sections.PORT);
        }
        Optional<Address.Inet> address = section.optional(Sections.PORT);
        return address.map(inet -> server(section, inet, username, password));
    }

    private Optional<HttpServerConfig> unix(SectionReader section) {
        Optional<Path> file = section.with(names.with("here", here)).optional(Sections.FILE);
        if (!section.has(Sections.FILE)) {
            missing(section, Sections.FILE);
        }
        Optional<String> username = section.optional(Sections.USERNAME);
        Optional<String> password = section.optional(Sections.PASSWORD);
        checkBoth(section);
        Optional<Users.Owner> owner = section.optional(Sections.CHOWN);
        int mode = section.value(Sections.CHMOD) & MODE;
        return file.map(path -> server(
                section,
                new Address.Unix(
                        path.toString(),
                        mode,
                        owner.isPresent() ? OptionalInt.of(owner.get().uid()) : OptionalInt.empty(),
                        owner.isPresent() ? owner.get().gid() : OptionalInt.empty()),
                username,
                password));
    }

    private static HttpServerConfig server(
            SectionReader section, Address address, Optional<String> username, Optional<String> password) {
        boolean open = username.isEmpty() || username.get().isEmpty();
        return new HttpServerConfig(
                section.name(),
                section.origin(),
                address,
                open ? Optional.empty() : username,
                open ? Optional.empty() : password);
    }

    private static void missing(SectionReader section, Key<?> key) {
        section.error(
                "section [" + section.name() + "] has no " + key.name() + " value",
                "allowed: " + key.type().allowed());
    }

    private static void checkBoth(SectionReader section) {
        if (section.has(Sections.USERNAME) != section.has(Sections.PASSWORD)) {
            section.error(
                    "Section [" + section.name() + "] contains incomplete authentication: If a username or a"
                            + " password is specified, both the username and password must be specified",
                    "");
        }
    }
}
