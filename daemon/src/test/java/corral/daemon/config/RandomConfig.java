package corral.daemon.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Makes configurations from fragments that are awkward, alone and together; the same seed gives the same files. */
final class RandomConfig {
    private static final String[] HEADERS = {
        "[supervisord]",
        "[program:a]",
        "[program:b]",
        "[program:c d]",
        "[program: e ]",
        "[group:g]",
        "[group:a]",
        "[inet_http_server]",
        "[unix_http_server]",
        "[unix_http_server:x]",
        "[unknown]",
        "[DEFAULT]",
        "[program:a] ; x",
        "[program:q'\"]",
        " [program:b]",
        "[program:a]b]",
        "[include]",
        "[supervisorctl]",
        "[program:x:y z]"
    };
    private static final String[] VALUES = {
        "1",
        "0",
        "-1",
        "2",
        " 3",
        "x",
        "true",
        "no",
        "TRUE",
        "AUTO",
        "none",
        "syslog",
        "/tmp/x",
        "/no/where",
        "root",
        "0:0",
        "a",
        "b",
        "a,b",
        "a, ,b",
        "b,b",
        "10MB",
        "1kb",
        "1.5",
        "0o22",
        "022",
        "TERM",
        "sigint",
        "34",
        "99",
        "%(here)s",
        "%(program_name)s",
        "%(process_num)02d",
        "%(program_name)s_%(process_num)s",
        "%(numprocs)x",
        "%(ENV_N)s",
        "%(ENV_WORD)s",
        "%(ENV_WORD)10.3s|",
        "%(nope)s",
        "100%",
        "%%",
        "%%%%",
        "%%(here)s",
        "%(here)d",
        "A=1",
        "A=1,B=2",
        "A=\"a b\",B='c'",
        "A=x y",
        "A=$H",
        "A",
        "A=\"un",
        "A=1;B=2",
        "A=%(ENV_N)s",
        "A=a#b",
        "x ; y",
        "x;y",
        "x #y",
        ";x",
        "\"q ; r\"",
        "/bin/sh -c 'a b'",
        "",
        "",
        "unexpected",
        "~/x",
        "9001",
        "*:9001",
        "H:9",
        "h:99999",
        "info",
        "warning",
        "0,1,2",
        "256",
        "a/b",
        "a:b",
        "é\u2003x",
        "\u00a07",
        "a\tb",
        "[x]",
        "=",
        ":",
        "\n  true",
        "\n  /tmp/x",
        "1\n  2",
        "a\n\n  b ; c"
    };
    private static final String[] NOISE = {
        "",
        "; comment",
        "   ",
        "  # comment",
        "\t; c",
        "  continued",
        "    more ; cut",
        "  a=b",
        "nonsense",
        "  [x]",
        "=x",
        "]",
        "[]"
    };
    private static final String[] BOOL = {"true", "False", "ON", "0", "yes"};
    private static final String[] INT = {"1", "0", "-7", "+12", "1_000", "%(ENV_N)s", "99999999999999999999999", " 5"};
    private static final String[] BYTES = {"0", "1KB", "2 mb", "3Gb", "99999999999GB", "-1KB", "%(ENV_N)sMB"};
    private static final String[] LOG = {
        "AUTO",
        "none",
        "OFF",
        "Syslog",
        "/tmp/%(program_name)s.log",
        "/dev/stdout",
        "rel",
        "~/log",
        "/tmp/%%%%",
        "/tmp/%%(process_num)s",
        "",
        "/tmp//x",
        "/no/x"
    };
    private static final String[] ENV = {
        "A=1",
        "A=\"x, y\",B='%(process_num)d'",
        "A=1,B=%(ENV_N)s,",
        "A=%(ENV_G)s",
        "P=\"%%\"",
        "A=a b",
        "A=1;B=2",
        "K=/a:/b,\n  L=c",
        "A=\"a;b\"",
        "A=a#x\n  ,B=2",
        "A=é",
        "A=\"%(here)s\"",
        "A='it''s'"
    };
    private static final String[] TEXT = {
        "/bin/x",
        "x 'a b' \"c\"",
        "%(program_name)s-%(process_num)d",
        "%(ENV_G)s",
        "a ; b",
        "a#b",
        "x\n  y",
        "%%h",
        "%(ENV_A)s",
        "%(group_name)s/%(host_node_name)s",
        "é",
        ""
    };
    private static final String[] NAME = {
        "%(program_name)s_%(process_num)02d",
        "%(process_num)s",
        "%(program_name)s",
        "%(group_name)s%(process_num)x",
        "n"
    };
    private static final Map<String, String[]> PROGRAM = new LinkedHashMap<>();
    private static final Map<String, String[]> DAEMON = new LinkedHashMap<>();
    private static final Map<String, String[]> OTHER = new LinkedHashMap<>();

    static {
        put(PROGRAM, BOOL, "autostart stopasgroup killasgroup redirect_stderr stdout_events_enabled stdout_syslog");
        put(PROGRAM, BOOL, "stderr_events_enabled stderr_syslog");
        put(PROGRAM, INT, "priority startsecs startretries stopwaitsecs stdout_logfile_backups");
        put(PROGRAM, BYTES, "stdout_logfile_maxbytes stdout_capture_maxbytes stderr_logfile_maxbytes");
        put(PROGRAM, LOG, "stdout_logfile stderr_logfile");
        put(PROGRAM, ENV, "environment environment");
        put(PROGRAM, TEXT, "command command directory serverurl");
        put(PROGRAM, NAME, "process_name");
        put(PROGRAM, new String[] {"0", "-1", "9", "99"}, "numprocs_start");
        put(PROGRAM, new String[] {"1", "2", "11", "0", "3"}, "numprocs");
        put(PROGRAM, new String[] {"TERM", "sighup", "9", "64", "cld"}, "stopsignal");
        put(PROGRAM, new String[] {"0", "0,2", "", "255, 1,1"}, "exitcodes");
        put(PROGRAM, new String[] {"true", "unexpected", "NO"}, "autorestart");
        put(PROGRAM, new String[] {"root", "0", "nobody", "65534"}, "user");
        put(PROGRAM, new String[] {"022", "0o7", "777777"}, "umask");
        put(DAEMON, BOOL, "nodaemon silent nocleanup strip_ansi");
        put(DAEMON, INT, "minfds minprocs logfile_backups");
        put(DAEMON, new String[] {"G=g,H=\"a b\"", "G=%(ENV_N)s", "G=\"%%(here)s\"", "G=1 G=2"}, "environment");
        put(DAEMON, new String[] {"syslog", "x.log", "/tmp/x", "~/y", ""}, "logfile pidfile");
        put(DAEMON, new String[] {"WARN", "trace", "blather"}, "loglevel");
        put(DAEMON, new String[] {"/tmp", "~", "/"}, "directory childlogdir");
        put(OTHER, new String[] {"9001", "*:1", "Host:2", ":3", "%(ENV_N)s"}, "port");
        put(OTHER, new String[] {"/tmp/s", "s", "%(here)s/s", "~/s"}, "file");
        put(OTHER, new String[] {"", "u"}, "username password");
        put(OTHER, new String[] {"root", "0:0", "nobody:root"}, "chown");
        put(OTHER, new String[] {"700", "07777", "0o600"}, "chmod");
        put(OTHER, new String[] {"a", "b,a", "a , a", "", "b"}, "programs");
        put(OTHER, INT, "priority");
    }

    private final Random random;

    RandomConfig(long seed) {
        random = new Random(seed);
    }

    private static void put(Map<String, String[]> table, String[] values, String keys) {
        for (String key : keys.split(" ", 0)) {
            table.put(key, values);
        }
    }

    /** A file that Supervisor may accept or refuse. */
    String next() {
        return random.nextBoolean() ? awkward() : sensible();
    }

    /** Anything anywhere; mostly refused. */
    String awkward() {
        StringBuilder out = new StringBuilder("[supervisord]\n");
        if (random.nextInt(3) > 0) {
            out.append("[program:a]\ncommand=/bin/a\n");
        }
        int lines = 1 + random.nextInt(8);
        for (int i = 0; i < lines; i++) {
            int kind = random.nextInt(20);
            if (kind < 4) {
                out.append(pick(HEADERS)).append('\n');
                if (random.nextBoolean()) {
                    out.append("command=y\n");
                }
            } else if (kind < 18) {
                Map<String, String[]> table = random.nextInt(3) == 0 ? OTHER : random.nextBoolean() ? DAEMON : PROGRAM;
                option(out, pick(table.keySet().toArray(new String[0])), pick(VALUES));
            } else {
                int noise = random.nextInt(random.nextInt(4) == 0 ? NOISE.length : NOISE.length - 5);
                out.append(NOISE[noise]).append(random.nextInt(9) == 0 ? "\r\n" : "\n");
            }
        }
        return out.toString();
    }

    /** Options in their sections with values of their types; mostly accepted. */
    private String sensible() {
        StringBuilder out = new StringBuilder("[supervisord]\n");
        options(out, DAEMON, random.nextInt(3));
        String[] programs = {"[program:a]", "[program:b]", "[program:c]"};
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            out.append(programs[i]).append("\ncommand=/bin/%(program_name)s\n");
            if (random.nextInt(3) == 0) {
                out.append("numprocs=2\nprocess_name=p%(process_num)d\n");
            }
            options(out, PROGRAM, random.nextInt(6));
        }
        int others = random.nextInt(6);
        if (others == 0) {
            out.append("[group:g]\nprograms=a\n");
        } else if (others == 1) {
            out.append("[group:a]\nprograms=")
                    .append(pick(OTHER.get("programs")))
                    .append("\n[program:b]\ncommand=z\n");
        } else if (others == 2) {
            out.append("[unix_http_server]\nfile=")
                    .append(pick(OTHER.get("file")))
                    .append("\nchmod=0700\nchown=root\n");
        } else if (others == 3) {
            out.append("[inet_http_server]\nport=")
                    .append(pick(OTHER.get("port")))
                    .append('\n');
        } else if (others == 4) {
            out.append("[DEFAULT]\n");
            options(out, PROGRAM, 2);
        }
        return out.toString();
    }

    private void options(StringBuilder out, Map<String, String[]> table, int count) {
        String[] keys = table.keySet().toArray(new String[0]);
        for (int i = 0; i < count; i++) {
            String key = pick(keys);
            option(out, key, pick(random.nextInt(25) == 0 ? VALUES : table.get(key)));
        }
    }

    private void option(StringBuilder out, String key, String value) {
        out.append(key)
                .append(pick(new String[] {"=", " = ", ":", "= ", " : "}))
                .append(value);
        out.append(random.nextInt(12) == 0 ? " ; comment\n" : "\n");
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }
}
