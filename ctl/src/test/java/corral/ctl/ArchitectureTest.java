package corral.ctl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "corral.ctl", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule FEW_DEPENDENCIES = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jline..", "corral.ctl..", "corral.daemon.rpc", "corral.daemon.ini")
            .because("the rest of the daemon needs libraries that the command line does not ship");

    @ArchTest
    static final ArchRule JLINE_IN_THE_SHELL = noClasses()
            .that()
            .resideOutsideOfPackage("corral.ctl.shell")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jline..")
            .because("a command that runs once must not pay for an editor");

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching("corral.ctl.(*)..")
            .should()
            .beFreeOfCycles()
            .because("commands know the daemon and the output, not the shell that runs them");

    @ArchTest
    static final ArchRule NO_STATIC_STATE =
            fields().that().areStatic().should().beFinal().because("tests and shells must not share anything");

    @ArchTest
    static final ArchRule NO_LOGGERS_AND_FORMATS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.logging..", "java.net.http..", "java.util.regex..")
            .because("their first use costs more than the whole of a command");

    @ArchTest
    static final ArchRule NAMES_SAY_SOMETHING = noClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Util|Utils|Impl)")
            .because("such a name hides that nobody knows what the class is for");
}
