package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import corral.daemon.config.HttpServerConfig.Address.Inet;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The value types of spec/supervisor.md 1.2, row by row. */
class TypesTest {

    @TempDir
    Path dir;

    private Host host;

    @BeforeEach
    void createHost() {
        host = new ConfigFixture(dir).host();
    }

    private <T> T read(ValueType<T> type, String text) throws BadValueException {
        return type.read(text, host);
    }

    private String refusal(ValueType<?> type, String text) {
        Throwable thrown = catchThrowable(() -> type.read(text, host));
        assertThat(thrown).isInstanceOf(BadValueException.class);
        return thrown.getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "true", "on", "1", "YES", "True"})
    void wordsForTrue(String text) throws BadValueException {
        assertThat(read(Types.BOOLEAN, text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "false", "off", "0", "OFF"})
    void wordsForFalse(String text) throws BadValueException {
        assertThat(read(Types.BOOLEAN, text)).isFalse();
    }

    @Test
    void otherWordsAreNoBoolean() {
        assertThat(refusal(Types.BOOLEAN, "y")).isEqualTo("not a valid boolean value: 'y'");
        assertThat(refusal(Types.BOOLEAN, "")).isEqualTo("not a valid boolean value: ''");
    }

    @Test
    void integersMayBeNegativeAndSaturate() throws BadValueException {
        assertThat(read(Types.INT, "-1")).isEqualTo(-1);
        assertThat(read(Types.INT, " 0_7 ")).isEqualTo(7);
        assertThat(read(Types.INT, "99999999999")).isEqualTo(Integer.MAX_VALUE);
        assertThat(refusal(Types.INT, "1.5")).isEqualTo("invalid literal for int() with base 10: '1.5'");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1024,1024",
        "1KB,1024",
        "1 kb,1024",
        "50MB,52428800",
        "2Gb,2147483648",
        "-1MB,-1048576",
        "99999999999GB,9223372036854775807"
    })
    void sizesAreBytesOrPowersOf1024(String text, long bytes) throws BadValueException {
        assertThat(read(Types.BYTES, text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"1K,1k", "1.5MB,1.5", "10b,10b", "1TB,1tb", "MB,''"})
    void otherSuffixesAreNoSize(String text, String complaint) {
        assertThat(refusal(Types.BYTES, text)).isEqualTo("invalid literal for int() with base 10: '" + complaint + "'");
    }

    @Test
    void octalNumbers() throws BadValueException {
        assertThat(read(Types.OCTAL, "022")).isEqualTo(18);
        assertThat(read(Types.OCTAL, "22")).isEqualTo(18);
        assertThat(read(Types.OCTAL, "0o22")).isEqualTo(18);
        assertThat(refusal(Types.OCTAL, "8")).isEqualTo("8 can not be converted to an octal type");
    }

    @ParameterizedTest
    @CsvSource({
        "TERM,15",
        "sigterm,15",
        "SIGTERM,15",
        "9,9",
        "+9,9",
        "0,0",
        "31,31",
        "34,34",
        "64,64",
        "RTMIN,34",
        "rtmax,64",
        "CLD,17",
        "IOT,6",
        "IO,29",
        "POLL,29",
        "STKFLT,16",
        "SIG_IGN,1"
    })
    void signalsByNameOrNumber(String text, int number) throws BadValueException {
        assertThat(read(Types.SIGNAL, text)).isEqualTo(number);
        assertThat(SignalNames.parse(text)).isEqualTo(number);
    }

    @Test
    void otherSignalsAreRefused() {
        assertThat(refusal(Types.SIGNAL, "X")).isEqualTo("value 'X' is not a valid signal name");
        assertThat(refusal(Types.SIGNAL, "RTMIN+1")).isEqualTo("value 'RTMIN+1' is not a valid signal name");
        assertThat(refusal(Types.SIGNAL, "99")).isEqualTo("value '99' is not a valid signal number");
        assertThat(refusal(Types.SIGNAL, "33")).isEqualTo("value '33' is not a valid signal number");
        assertThat(SignalNames.parse("X")).isEqualTo(-1);
    }

    @Test
    void exitCodesAreACommaList() throws BadValueException {
        assertThat(read(Types.EXIT_CODES, "0, 2,255")).containsExactly(0, 2, 255);
        assertThat(read(Types.EXIT_CODES, "")).isEmpty();
        for (String bad : new String[] {"256", "-1", "0 1", "1,", "a"}) {
            assertThat(refusal(Types.EXIT_CODES, bad)).isEqualTo("not a valid list of exit codes: '" + bad + "'");
        }
    }

    @Test
    void stringListsAreTrimmedAndKeepAnEmptyElement() throws BadValueException {
        assertThat(read(Types.LIST, " a ,b,")).containsExactly("a", "b", "");
        assertThat(read(Types.LIST, "")).isEmpty();
    }

    @Test
    void autorestartIsABooleanOrUnexpected() throws BadValueException {
        assertThat(read(Types.AUTORESTART, "on")).isEqualTo(Autorestart.ALWAYS);
        assertThat(read(Types.AUTORESTART, "False")).isEqualTo(Autorestart.NEVER);
        assertThat(read(Types.AUTORESTART, "Unexpected")).isEqualTo(Autorestart.UNEXPECTED);
        assertThat(refusal(Types.AUTORESTART, "maybe")).isEqualTo("invalid 'autorestart' value 'maybe'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"critical", "ERROR", "warn", "info", "debug", "Trace", "blather"})
    void logLevels(String text) throws BadValueException {
        assertThat(read(Types.LOG_LEVEL, text).name()).isEqualToIgnoringCase(text);
    }

    @Test
    void warningIsNoLogLevel() {
        assertThat(refusal(Types.LOG_LEVEL, "warning")).isEqualTo("bad logging level name 'warning'");
    }

    @Test
    void directoriesMustExistAndTildeIsExpanded() throws BadValueException {
        assertThat(read(Types.DIRECTORY, "~")).isEqualTo(dir);
        assertThat(read(Types.DIRECTORY, ".")).isEqualTo(dir);
        assertThat(read(Types.DIRECTORY, "~root")).isEqualTo(Path.of("/root"));
        assertThat(refusal(Types.DIRECTORY, "X")).isEqualTo("X is not an existing directory");
        assertThat(refusal(Types.DIRECTORY, "\u0000")).isEqualTo("\u0000 is not an existing directory");
    }

    @Test
    void filesNeedAnExistingDirectory() throws BadValueException {
        assertThat(read(Types.FILE, "x.pid")).isEqualTo(dir.resolve("x.pid"));
        assertThat(read(Types.FILE, "~/x.pid")).isEqualTo(dir.resolve("x.pid"));
        assertThat(refusal(Types.FILE, "/no/x"))
                .isEqualTo("The directory named as part of the path /no/x does not exist");
        assertThat(refusal(Types.FILE, "a\u0000")).isEqualTo("'a\\x00' cannot be a path on this system");
    }

    @Test
    void usersByNameOrNumber() throws BadValueException {
        assertThat(read(Types.USER, "web")).isEqualTo(new UserId("web", 1000, 1001));
        assertThat(read(Types.USER, "1000")).isEqualTo(new UserId("web", 1000, 1001));
        assertThat(refusal(Types.USER, "X")).isEqualTo("Invalid user name X");
        assertThat(refusal(Types.USER, "web:staff")).isEqualTo("Invalid user name web:staff");
        assertThat(refusal(Types.USER, "77")).isEqualTo("Invalid user id 77");
        assertThat(refusal(Types.USER, "-1")).isEqualTo("Invalid user id -1");
    }

    @Test
    void ownersAreUserOrUserAndGroup() throws BadValueException {
        assertThat(read(Types.OWNER, "web")).isEqualTo(new Users.Owner(1000, OptionalInt.empty()));
        assertThat(read(Types.OWNER, "web:staff")).isEqualTo(new Users.Owner(1000, OptionalInt.of(50)));
        assertThat(read(Types.OWNER, "0:50")).isEqualTo(new Users.Owner(0, OptionalInt.of(50)));
        for (String bad : new String[] {"X", "web:", ":staff", "web:51", "a:b:c", ""}) {
            assertThat(refusal(Sections.CHOWN.type(), bad)).isEqualTo("Invalid sockchown value " + bad);
        }
    }

    @Test
    void inetAddresses() throws BadValueException {
        assertThat(read(Types.INET, "9001")).isEqualTo(new Inet("", 9001));
        assertThat(read(Types.INET, ":9001")).isEqualTo(new Inet("", 9001));
        assertThat(read(Types.INET, "*:9001")).isEqualTo(new Inet("", 9001));
        assertThat(read(Types.INET, "LocalHost:9001")).isEqualTo(new Inet("localhost", 9001));
        assertThat(refusal(Types.INET, "abc")).isEqualTo("not a valid port number: 'abc' ");
        assertThat(refusal(Types.INET, "0")).isEqualTo("not a valid port number: '0' ");
        assertThat(refusal(Types.INET, "h:")).isEqualTo("no port number specified in ''");
        assertThat(refusal(Types.INET, "h:99999")).isEqualTo("99999 is above upper bound (65535)");
        assertThat(refusal(Types.INET, "h:0")).isEqualTo("0 is below lower bound (1)");
        assertThat(refusal(Types.INET, "h:x")).isEqualTo("invalid literal for int() with base 10: 'x'");
    }

    @Test
    void childLogs() throws BadValueException {
        assertThat(read(Types.CHILD_LOG, "auto")).contains(new LogTarget.Auto());
        assertThat(read(Types.CHILD_LOG, "None")).contains(new LogTarget.None());
        assertThat(read(Types.CHILD_LOG, "OFF")).contains(new LogTarget.None());
        assertThat(read(Types.CHILD_LOG, "")).contains(new LogTarget.File(""));
        assertThat(read(Types.CHILD_LOG, "Syslog")).isEqualTo(Optional.empty());
        assertThat(read(Types.CHILD_LOG, "/dev/stdout")).contains(new LogTarget.File("/dev/stdout"));
        assertThat(read(Types.CHILD_LOG, "x")).contains(new LogTarget.File("x"));
        assertThat(read(Types.CHILD_LOG, "~/x")).contains(new LogTarget.File(dir + "/x"));
        assertThat(refusal(Types.CHILD_LOG, "/no/x"))
                .isEqualTo("The directory named as part of the path /no/x does not exist");
    }
}
