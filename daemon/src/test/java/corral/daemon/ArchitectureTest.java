package corral.daemon;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the architecture: config and loop inside, the state machine around them, the world outside. */
@AnalyzeClasses(packages = "corral.daemon", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule JNR_STAYS_IN_OS = noClasses()
            .that()
            .resideOutsideOfPackage("corral.daemon.os..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jnr..", "com.kenai..")
            .because("one package wraps the operating system");

    @ArchTest
    static final ArchRule INI4J_STAYS_IN_CONFIG = noClasses()
            .that()
            .resideOutsideOfPackage("corral.daemon.config..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.ini4j..")
            .because("everyone else sees records");

    @ArchTest
    static final ArchRule NETTY_STAYS_IN_CONTROL = noClasses()
            .that()
            .resideOutsideOfPackage("corral.daemon.control..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..")
            .because("the rest of the daemon does not know how it is reached");

    @ArchTest
    static final ArchRule LOGBACK_STAYS_IN_LOGGING = noClasses()
            .that()
            .resideOutsideOfPackage("corral.daemon.logging..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ch.qos.logback..")
            .because("everyone else logs through slf4j");

    @ArchTest
    static final ArchRule PROCESS_KNOWS_NO_WORLD = noClasses()
            .that()
            .resideInAPackage("corral.daemon.process..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "corral.daemon.os..",
                    "corral.daemon.logs..",
                    "corral.daemon.spawn..",
                    "corral.daemon.control..",
                    "corral.daemon.logging..",
                    "corral.daemon.rpc..",
                    "java.io..",
                    "java.nio.file..",
                    "java.net..",
                    "java.util.concurrent.locks..")
            .because("the state machine does no I/O and is tested without any");

    @ArchTest
    static final ArchRule PROCESS_STARTS_NO_THREAD = noClasses()
            .that()
            .resideInAPackage("corral.daemon.process..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class)
            .because("state is touched on the supervision loop only");

    @ArchTest
    static final ArchRule LOOP_KNOWS_NOBODY = noClasses()
            .that()
            .resideInAPackage("corral.daemon.loop..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "corral.daemon.process..",
                    "corral.daemon.config..",
                    "corral.daemon.os..",
                    "corral.daemon.logs..",
                    "corral.daemon.control..")
            .because("it runs events and knows nothing of processes");

    @ArchTest
    static final ArchRule CONFIG_KNOWS_ONLY_INI = noClasses()
            .that()
            .resideInAPackage("corral.daemon.config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "corral.daemon.process..",
                    "corral.daemon.os..",
                    "corral.daemon.logs..",
                    "corral.daemon.control..",
                    "corral.daemon.spawn..",
                    "corral.daemon.loop..")
            .because("arrows point inward");

    @ArchTest
    static final ArchRule SHARED_PACKAGES_NEED_THE_JDK_ONLY = noClasses()
            .that()
            .resideInAnyPackage("corral.daemon.rpc..", "corral.daemon.ini..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "corral.daemon.config..",
                    "corral.daemon.process..",
                    "corral.daemon.control..",
                    "corral.daemon.os..",
                    "org..",
                    "io..",
                    "ch..",
                    "jnr..")
            .because("the command line loads them too, and must start fast");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("corral.daemon.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_STATIC_STATE = fields().that()
            .areStatic()
            .and()
            .areNotFinal()
            .should()
            .notHaveModifier(JavaModifier.STATIC)
            .allowEmptyShould(true)
            .because("whoever has state is made once, in the wiring");
}
