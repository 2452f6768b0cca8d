package corral.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What gunicorn's settings are in corral's keys (server spec 1.3). */
final class GunicornMapping {
    private static final int DAY = 86_400;
    private static final int DEFAULT_FIELD_SIZE = 8190;
    private static final int MOST_FIELDS = 32_768;

    /** Numbers, words and switches that mean the same there and here. */
    private static final List<String> SAME = List.of(
            "reuse_port",
            "max_requests",
            "max_requests_jitter",
            "worker_connections",
            "statsd_host",
            "statsd_prefix",
            "dogstatsd_tags",
            "proxy_protocol",
            "header_map",
            "cert_reqs",
            "ciphers",
            "permit_obsolete_folding",
            "strip_header_spaces",
            "permit_unconventional_http_method",
            "permit_unconventional_http_version",
            "casefold_http_method");

    private final Surroundings around;
    private final GunicornDocument document;
    private final Draft draft;
    private final Path directory;

    GunicornMapping(Surroundings around, GunicornDocument document, Draft draft) {
        this.around = around;
        this.document = document;
        this.draft = draft;
        this.directory = around.directory().resolve(document.text("chdir").orElse("."));
    }

    /**
     * Fills the draft.
     *
     * @param folder for files that belong to the generated configuration
     * @throws RefusedException for what corral cannot do and gunicorn would
     */
    void map(Path folder) throws RefusedException, IOException {
        refuse();
        draft.set("app", application());
        draft.set("personality", "gunicorn")
                .set("directory", directory.toString())
                .set("app_dir", directory.toString());
        for (String setting : SAME) {
            Optional<String> value = document.text(setting).filter(text -> !text.isEmpty());
            value.ifPresent(text -> draft.set(setting, text));
        }
        numbers();
        lists();
        listen();
        files();
        reload();
        new GunicornLogs(around, document, draft, directory).map(folder);
        accounts();
        processes();
        new GunicornWorker(around, document, draft).map();
        if (!draft.values().containsKey("secure_scheme_headers")
                && "scheme".equals(draft.values().get("proxy_headers"))) {
            draft.set("proxy_headers", "off");
        }
        GunicornNotes.of(document).forEach(around::note);
    }

    private void refuse() throws RefusedException {
        if (document.text("protocol").orElse("http").equals("uwsgi")) {
            throw no("protocol = uwsgi is not spoken; the closest is http");
        }
        if (document.number("dirty_workers") > 0 && !document.list("dirty_apps").isEmpty()) {
            throw no("dirty_workers: there are no dirty workers, the applications of dirty_apps would be missing");
        }
        if (document.text("paste").isPresent()) {
            throw no("paste: PasteDeploy files are not read; name the application as module:attribute");
        }
        if (document.hooks().contains("ssl_context")) {
            throw no(
                    "ssl_context: TLS is the front's and not Python's; use certfile, keyfile, ca_certs, cert_reqs, ciphers");
        }
        List<String> protocols = document.list("http_protocols");
        if (!protocols.contains("h1")) {
            throw no("http_protocols: HTTP/1.1 is the only protocol yet, add h1");
        } else if (protocols.size() > 1) {
            around.note("setting http_protocols: HTTP/2 and HTTP/3 are not served yet, HTTP/1.1 is");
        }
    }

    private String application() throws RefusedException {
        String app = document.application().orElse("");
        int colon = app.indexOf(':');
        if (colon == app.length() - 1 && colon >= 0) {
            throw new RefusedException(4, "Failed to parse '' as an attribute name or function call.");
        }
        return colon < 0 ? app + ":application" : app;
    }

    private void numbers() {
        draft.set("workers", document.number("workers"));
        long timeout = document.number("timeout");
        draft.set("timeout", timeout > DAY ? 0 : timeout);
        draft.set("graceful_timeout", Math.min(document.number("graceful_timeout"), DAY));
        draft.set("keepalive", Math.min(document.number("keepalive"), DAY));
        draft.set("backlog", Math.max(1, Math.min(document.number("backlog"), 65535)));
        long line = document.number("limit_request_line");
        draft.set("limit_request_line", line == 0 ? Integer.MAX_VALUE : line);
        long fields = document.number("limit_request_fields");
        draft.set("limit_request_fields", fields == 0 || fields > MOST_FIELDS ? MOST_FIELDS : fields);
        long size = document.number("limit_request_field_size");
        draft.set("limit_request_field_size", size == 0 ? DEFAULT_FIELD_SIZE : size);
    }

    private void lists() throws RefusedException {
        for (String setting : List.of("forwarded_allow_ips", "proxy_allow_ips")) {
            List<String> items = document.list(setting);
            draft.list(setting, items.isEmpty() ? List.of(UvicornMapping.NOBODY) : items);
        }
        List<String> names = document.list("forwarder_headers");
        // No header has this name, and an empty list would mean the default.
        draft.list("forwarder_headers", names.isEmpty() ? List.of("-") : names);
        List<String> schemes = new ArrayList<>();
        document.dictionary("secure_scheme_headers")
                .entrySet()
                .forEach(entry ->
                        schemes.add(entry.getKey() + ":" + entry.getValue().getAsString()));
        if (!schemes.isEmpty()) {
            draft.headers("secure_scheme_headers", schemes);
        }
        for (String entry : document.list("raw_env")) {
            draft.variable(entry.substring(0, entry.indexOf('=')), entry.substring(entry.indexOf('=') + 1));
        }
    }

    private void listen() throws RefusedException {
        List<String> binds = new ArrayList<>();
        for (String bind : document.list("bind")) {
            for (String part : bind.split(",", -1)) {
                binds.add(BindForms.plain(part.strip(), directory));
            }
        }
        draft.list("bind", binds);
        boolean inherited = binds.stream().anyMatch(bind -> bind.startsWith("fd:"));
        if (inherited && binds.stream().anyMatch(bind -> !bind.startsWith("fd:"))) {
            around.note("setting bind: gunicorn would listen on the descriptors only, corral listens on all of "
                    + String.join(", ", binds));
        }
        if (binds.stream().anyMatch(bind -> bind.startsWith("unix:"))) {
            draft.set("socket_mode", "0" + Long.toOctalString(0777 & ~document.number("umask")));
        }
    }

    private void files() throws RefusedException {
        for (String setting : List.of("certfile", "keyfile", "ca_certs")) {
            document.text(setting)
                    .ifPresent(path -> draft.set(
                            setting, directory.resolve(path).normalize().toString()));
        }
        // A key without certificate is both in one file, as Python's ssl reads it.
        if (document.text("certfile").isEmpty()) {
            document.text("keyfile")
                    .ifPresent(path ->
                            draft.set("certfile", directory.resolve(path).toString()));
        }
        List<String> paths = new ArrayList<>();
        for (String path : document.text("pythonpath").orElse("").split(",", -1)) {
            if (!path.isBlank()) {
                paths.add(directory.resolve(path.strip()).normalize().toString());
            }
        }
        if (!paths.isEmpty()) {
            draft.list("pythonpath", paths);
        }
    }

    private void reload() throws RefusedException {
        boolean preload = document.flag("preload_app");
        if (preload) {
            draft.set("preload_app", true);
        }
        if (preload && document.flag("reload")) {
            around.note("setting reload has no effect (with preload_app the application is loaded once)");
        }
        if (preload || !document.flag("reload")) {
            return;
        }
        draft.set("reload", true).list("reload_dirs", List.of(directory.toString()));
        List<String> extra = new ArrayList<>();
        document.list("reload_extra_files")
                .forEach(path -> extra.add(directory.resolve(path).normalize().toString()));
        if (!extra.isEmpty()) {
            draft.list("reload_extra_files", extra);
        }
    }

    /** The daemon knows users only: a group that is not the user's own would silently be another one. */
    private void accounts() throws RefusedException {
        long uid = document.number("user");
        long gid = document.number("group");
        long ownUid = document.json().getAsJsonArray("effective").get(0).getAsLong();
        long ownGid = document.json().getAsJsonArray("effective").get(1).getAsLong();
        if (uid == ownUid && gid == ownGid) {
            return;
        }
        boolean primary = !document.json().get("primary_group").isJsonNull()
                && document.json().get("primary_group").getAsLong() == gid;
        if (!primary && document.isGiven("group")) {
            throw no("group: only the primary group of user is possible, and " + document.account("group")
                    + " is not that of " + document.account("user"));
        }
        if (uid != ownUid) {
            draft.set("user", document.account("user"));
        }
        if (draft.values().get("bind").contains("unix:")) {
            draft.set("socket_owner", document.account("user") + ":" + document.account("group"));
        }
    }

    private void processes() {
        document.text("proc_name").ifPresent(this::name);
        if (document.flag("daemon")) {
            draft.detach();
        }
    }

    private void name(String name) {
        boolean plain = !name.isEmpty()
                && name.chars().allMatch(c -> (c < 128 && Character.isLetterOrDigit(c)) || "_.-".indexOf(c) >= 0);
        if (plain) {
            draft.name(name);
        } else {
            around.note("setting proc_name has no effect (letters, digits and _.- only)");
        }
    }

    private static RefusedException no(String message) {
        return new RefusedException(1, "\nError: " + message);
    }
}
