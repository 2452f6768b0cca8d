package corral.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the server: http and websocket → exchange → pool → frames; all know options; nobody knows the daemon. */
@AnalyzeClasses(packages = "corral.server", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule SERVER_KNOWS_NEITHER_DAEMON_NOR_INI = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("corral.daemon..", "corral.ctl..", "org.ini4j..", "jnr..")
            .because("their contract is argv, environment, sockets, notify, signals and exit codes");

    @ArchTest
    static final ArchRule FRAMES_ARE_BYTES = noClasses()
            .that()
            .resideInAPackage("corral.server.frames..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.netty.channel..", "io.netty.handler..", "corral.server.pool..", "corral.server.http..")
            .because("the worker protocol knows buffers and no channels");

    @ArchTest
    static final ArchRule POOL_KNOWS_NO_CLIENT = noClasses()
            .that()
            .resideInAPackage("corral.server.pool..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("corral.server.http..", "corral.server.exchange..", "corral.server.websocket..")
            .because("which worker gets a request does not depend on how it came");

    @ArchTest
    static final ArchRule EXCHANGE_KNOWS_NO_WIRE = noClasses()
            .that()
            .resideInAPackage("corral.server.exchange..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("corral.server.http..", "corral.server.websocket..", "io.netty.handler..")
            .because("a request is the same by HTTP/1 and by what comes after");

    @ArchTest
    static final ArchRule LOGBACK_STAYS_IN_LOGGING = noClasses()
            .that()
            .resideOutsideOfPackage("corral.server.logging..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ch.qos.logback..")
            .because("everyone else logs through slf4j");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("corral.server.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_GLOBAL_STATE = fields().that()
            .areStatic()
            .should()
            .haveModifier(JavaModifier.FINAL)
            .because("what changes has an owner");
}
