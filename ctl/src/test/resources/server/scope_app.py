"""Shows what a request's scope (asgi) or environ (wsgi) holds, one key per line, without what is another with each connection."""


def lines(items):
    return "".join("%s=%s\n" % item for item in items).encode()


async def asgi(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                scope.get("state", {})["since"] = "start"
                await send({"type": "lifespan.startup.complete"})
            else:
                await send({"type": "lifespan.shutdown.complete"})
                return
    if scope["path"] == "/probe":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
        await send({"type": "http.response.body", "body": b"probe"})
        return
    body = await receive()
    headers = scope["headers"]
    shown = {key: repr(value) for key, value in scope.items() if key not in ("asgi", "client", "server", "extensions", "app", "state")}
    shown["asgi.version"] = scope["asgi"]["version"]
    shown["asgi.spec_version"] = scope["asgi"]["spec_version"]
    shown["client"] = repr(scope["client"] and scope["client"][0])
    shown["server"] = repr(scope["server"] and scope["server"][0])
    shown["types"] = " ".join([
        type(headers).__name__, *sorted({type(part).__name__ for pair in headers for part in pair}),
        type(scope["client"]).__name__, type(scope["client"][1]).__name__, type(scope["server"][1]).__name__])
    shown["extensions"] = " ".join(sorted(scope.get("extensions") or {}))
    tls = (scope.get("extensions") or {}).get("tls")
    if tls is not None:
        shown["tls.keys"] = " ".join(sorted(tls))
        shown["tls.client_cert_name"] = repr(tls["client_cert_name"])
        shown["tls.client_cert_chain"] = repr(["BEGIN CERTIFICATE" in pem for pem in tls["client_cert_chain"]])
        shown["tls.tls_version"] = repr(tls["tls_version"])
        shown["tls.cipher_suite"] = type(tls["cipher_suite"]).__name__
        shown["tls.server_cert"] = type(tls["server_cert"]).__name__
    shown["state"] = repr(scope.get("state"))
    shown["first"] = repr(body)
    # What one request does with its dicts must not be seen by the next.
    scope["asgi"]["version"] = "spoiled"
    scope.get("state", {})["leak"] = 1
    data = lines(sorted(shown.items()))
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(data))]})
    await send({"type": "http.response.body", "body": data})


VOLATILE = ("REMOTE_PORT", "SERVER_PORT", "wsgi.input", "wsgi.errors", "wsgi.file_wrapper", "gunicorn.socket", "wsgi.early_hints")


def wsgi(environ, start_response):
    if environ["PATH_INFO"] == "/probe":
        start_response("200 OK", [("Content-Length", "5")])
        return [b"probe"]
    shown = {key: repr(value) for key, value in environ.items() if key not in VOLATILE}
    shown["types"] = " ".join(sorted({type(key).__name__ for key in environ}))
    shown["ports"] = type(environ["REMOTE_PORT"]).__name__ + " " + type(environ["SERVER_PORT"]).__name__
    shown["environ"] = type(environ).__name__
    data = lines(sorted(shown.items()))
    start_response("200 OK", [("Content-Length", str(len(data)))])
    return [data]
