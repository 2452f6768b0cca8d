package corral.daemon.config;

import corral.daemon.ini.Names;
import corral.daemon.ini.PyText;
import java.nio.file.Path;
import java.util.Optional;

/** {@code [rpcinterface:x]}: only Supervisor's own is known (spec/supervisor.md 2.5). */
final class RpcInterfaceReader {
    private static final String SUPERVISOR = "supervisor";
    private static final String MAIN_FACTORY = "supervisor.rpcinterface:make_main_rpcinterface";

    private final Reading reading;
    private final Names names;
    private final Path main;

    RpcInterfaceReader(Reading reading, Names names, Path main) {
        this.reading = reading;
        this.names = names;
        this.main = main;
    }

    /** Whether the {@code supervisor.*} namespace is asked for. */
    boolean read() {
        boolean asked = false;
        for (RawSection raw : reading.raw().sections(Sections.RPC_INTERFACE)) {
            SectionReader section = SectionReader.of(reading, raw, names);
            if (!section.has(Sections.FACTORY)) {
                section.error(
                        "section [" + raw.name() + "] does not specify a supervisor.rpcinterface_factory",
                        "allowed: " + MAIN_FACTORY);
                continue;
            }
            Optional<String> factory = section.text(Sections.FACTORY);
            expandOthers(raw, section);
            boolean known = factory.isPresent() && PyText.strip(factory.get()).equals(MAIN_FACTORY);
            String namespace = raw.name().substring(Sections.RPC_INTERFACE.length());
            if (known && namespace.equals(SUPERVISOR)) {
                asked = true;
            } else if (factory.isPresent()) {
                section.warning(
                        Sections.FACTORY,
                        "Python plugins cannot be loaded, the namespace '" + namespace + "' will not exist");
            }
        }
        if (!asked) {
            Origin origin = reading.raw()
                    .section(Sections.DAEMON)
                    .map(RawSection::origin)
                    .orElse(new Origin(main, 0));
            reading.problems()
                    .warning(
                            origin,
                            Sections.RPC_INTERFACE + SUPERVISOR,
                            "",
                            "missing: without it and supervisor.rpcinterface_factory = " + MAIN_FACTORY
                                    + " no client can control the programs");
        }
        return asked;
    }

    private void expandOthers(RawSection raw, SectionReader section) {
        for (RawValue value : reading.raw().defaults().values().values()) {
            expand(value, section, raw);
        }
        for (RawValue value : raw.values().values()) {
            expand(value, section, raw);
        }
    }

    private static void expand(RawValue value, SectionReader section, RawSection raw) {
        if (!value.key().equals(Sections.FACTORY.name())) {
            section.expand(Key.of(value.key(), Types.STRING, ""), value.text(), raw.name() + "." + value.key());
        }
    }
}
