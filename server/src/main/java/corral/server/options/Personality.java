package corral.server.options;

/** Whose habits log lines, error bodies and exit codes follow (spec/server.md, "Two personalities"). */
public enum Personality {
    CORRAL,
    GUNICORN,
    UVICORN
}
