package corral.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Settings of gunicorn that are accepted and change nothing here; each given one is worth a line. */
final class GunicornNotes {
    private static final String OTHER_TLS = "TLS is the front's, which speaks 1.2 and newer";
    private static final String HTTP2 = "HTTP/2 is not served yet";
    private static final String DIRTY = "there are no dirty workers";
    private static final String SYSLOG =
            "logs go to files or the terminal; stderr_syslog in [server:x] sends them to syslog";
    private static final String CONTROL = "corralctl controls corral";

    /**
     * One setting.
     *
     * @param without the value that asks for nothing, as text
     * @param reason why it has no effect
     */
    private record Note(String setting, String without, String reason) {}

    private static final List<Note> NOTES = List.of(
            new Note("spew", "false", "there is no tracing"),
            new Note("sendfile", "", "the front decides how a file is sent"),
            new Note("worker_tmp_dir", "", "the heartbeat needs no file"),
            new Note("tmp_upload_dir", "", "nothing uses it"),
            new Note("enable_stdio_inheritance", "false", "a daemon has neither stdout nor stderr"),
            new Note("enable_backlog_metric", "false", "the metric does not exist yet"),
            new Note("logger_class", "gunicorn.glogging.Logger", "corral writes the logs itself"),
            new Note("syslog", "false", SYSLOG),
            new Note("syslog_addr", "udp://localhost:514", SYSLOG),
            new Note("syslog_prefix", "", SYSLOG),
            new Note("syslog_facility", "user", SYSLOG),
            new Note("raw_paste_global_conf", "[]", "there is no PasteDeploy"),
            new Note("uwsgi_allow_ips", "[127.0.0.1, ::1]", "uwsgi is not spoken"),
            new Note("ssl_version", "2", OTHER_TLS),
            new Note("suppress_ragged_eofs", "true", OTHER_TLS),
            new Note("do_handshake_on_connect", "false", OTHER_TLS),
            new Note("http2_cleartext", "off", HTTP2),
            new Note("http2_max_concurrent_streams", "100", HTTP2),
            new Note("http2_initial_window_size", "65535", HTTP2),
            new Note("http2_max_frame_size", "16384", HTTP2),
            new Note("http2_max_header_list_size", "65536", HTTP2),
            new Note("http_parser", "auto", "the front has one parser"),
            new Note("dirty_workers", "0", DIRTY),
            new Note("dirty_apps", "[]", DIRTY),
            new Note("dirty_timeout", "300", DIRTY),
            new Note("dirty_threads", "1", DIRTY),
            new Note("dirty_graceful_timeout", "30", DIRTY),
            new Note("control_socket", "gunicorn.ctl", CONTROL),
            new Note("control_socket_mode", "384", CONTROL));

    /** Hooks of the master process: there is no Python in corral's. */
    private static final Set<String> OF_THE_MASTER = Set.of(
            "on_starting",
            "on_reload",
            "when_ready",
            "pre_fork",
            "pre_exec",
            "child_exit",
            "nworkers_changed",
            "on_exit");

    private GunicornNotes() {}

    /** The lines, in the order of the table; the hooks come last. */
    static List<String> of(GunicornDocument document) {
        List<String> lines = new ArrayList<>();
        for (Note note : NOTES) {
            if (document.isGiven(note.setting())
                    && !shown(document, note.setting()).equals(note.without())) {
                lines.add("setting " + note.setting() + " has no effect (" + note.reason() + ")");
            }
        }
        for (String hook : document.hooks()) {
            if (hook.contains("dirty")) {
                lines.add("setting " + hook + " has no effect (" + DIRTY + ")");
            } else if (OF_THE_MASTER.contains(hook)) {
                lines.add("hook " + hook + " is not called (corral's master process is not Python)");
            } else {
                lines.add("hook " + hook + " is not called (not yet: it would run in the worker)");
            }
        }
        return lines;
    }

    private static String shown(GunicornDocument document, String setting) {
        return document.text(setting).orElse("");
    }
}
