package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Supervisor silently ignores or cuts is read as Supervisor reads it, with a warning. */
class WarningsTest {

    @TempDir
    Path dir;

    private ConfigFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new ConfigFixture(dir);
    }

    private void assertWarning(String lines, String... expected) {
        assertThat(fixture.warnings("[program:a]\ncommand=x\n" + lines)).containsExactly(expected);
    }

    @Test
    void cleanFileHasNone() {
        assertWarning("startsecs=2");
    }

    @Test
    void unknownKeysSuggestTheNearest() {
        assertWarning(
                "startsec=2\nzzz=%(broken",
                "6: warning: [program:a] startsec: unknown key is ignored; did you mean startsecs?",
                "7: warning: [program:a] zzz: unknown key is ignored");
    }

    @Test
    void unknownSectionsSuggestTheNearest() {
        assertWarning(
                "[ program:b ]\n[foo]\nx=%(y",
                "6: warning: [ program:b ] unknown section is ignored; did you mean [program:b]?",
                "7: warning: [foo] unknown section is ignored");
    }

    @Test
    void keysOfDefaultsMayBelongAnywhere() {
        assertWarning(
                "[DEFAULT]\nuser=web\nport=%(x\nstartsec=1",
                "9: warning: [DEFAULT] startsec: unknown key is" + " ignored; did you mean startsecs?");
    }

    @Test
    void otherPluginsAreKnownSections() {
        assertWarning("[ctlplugin:x]\nsupervisor.ctl_factory=a:b\n[supervisorctl]\nserverurl=%(x\nprompt=y");
    }

    @Test
    void commentInsideQuotes() {
        assertWarning(
                "directory=\"/a ; b\"",
                "6: warning: [program:a] directory: a comment begins inside quotes, so '; b\"' is cut off; put no blank"
                        + " before the ';' to keep it");
    }

    @Test
    void truncatedEnvironment() {
        assertWarning(
                "environment=A=a b",
                "6: warning: [program:a] environment: A is read as 'a', 'b' after it is taken as the separator and lost;"
                        + " probably meant: A=\"a b\"");
    }

    @Test
    void indentedSectionsAndKeys() {
        assertWarning(
                "directory=/a\n  user=web\n  [program:b]\n  --opt=1",
                "7: warning: [program:a] directory: 'user' is indented deeper than the key above, so it continues that"
                        + " value",
                "8: warning: [program:a] directory: [program:b] is indented, so it continues the value above; a section"
                        + " begins in the first column");
    }

    @Test
    void keyWrittenTwice() {
        assertWarning(
                "user=root\nUSER=web",
                "6: warning: [program:a] user: written again in line 7, which replaces this value");
    }

    @Test
    void deprecatedSyslog() {
        assertWarning(
                "stdout_logfile=syslog",
                "6: warning: [program:a] stdout_logfile: For [program:a], stdout_logfile=syslog but this is deprecated"
                        + " and will be removed.  Use stdout_syslog=true to enable syslog instead.");
    }

    @Test
    void autoLogWithoutRotation() {
        assertWarning(
                "stdout_logfile_maxbytes=0",
                "6: warning: [program:a] stdout_logfile_maxbytes: For [program:a], AUTO logging used for stdout_logfile"
                        + " without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally");
    }

    @Test
    void fileForRedirectedStderr() {
        assertWarning(
                "redirect_stderr=true\nstderr_logfile=x",
                "7: warning: [program:a] stderr_logfile: For [program:a], redirect_stderr=true but stderr_logfile has"
                        + " also been set to a filename, the filename has been ignored");
    }

    @Test
    void percentWithoutAName() {
        assertWarning(
                "directory=%s",
                "6: warning: [program:a] directory: a % without a name is replaced by all names and values; write %%"
                        + " for a percent sign");
    }

    @Test
    void processesWithTheSameName() {
        assertWarning(
                "process_name=%%(process_num)s\nnumprocs=2",
                "6: warning: [program:a] process_name: several processes of the group are named '%(process_num)s', only"
                        + " the last one runs");
    }

    @Test
    void missingRpcInterface() {
        assertThat(fixture.read("[supervisord]\n").warnings().get(0).message()).startsWith("missing: without it");
        assertThat(fixture.config("[supervisord]\n").supervisorInterface()).isFalse();
        assertThat(fixture.with("").supervisorInterface()).isTrue();
    }

    @Test
    void pythonPlugins() {
        assertWarning(
                "[rpcinterface:x]\nsupervisor.rpcinterface_factory=a:b\nq=1",
                "7: warning: [rpcinterface:x] supervisor.rpcinterface_factory: Python plugins cannot be loaded, the"
                        + " namespace 'x' will not exist");
    }

    @Test
    void byteOrderMark() {
        assertThat(fixture.read("\ufeff" + ConfigFixture.MINIMAL).problems())
                .extracting(Problem::message)
                .containsExactly("the file begins with a byte order mark, which Supervisor refuses");
    }
}
