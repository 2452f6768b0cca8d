"""The app of the case tables: each path answers in its own way, anything else says what was asked for. ASGI."""
import asyncio
import os

PLAIN = (b"content-type", b"text/plain")


async def body_of(receive):
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionError(message["type"])
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def start(status=200, *headers):
    return {"type": "http.response.start", "status": status, "headers": [PLAIN, *headers]}


def body(data=b"", more=False):
    return {"type": "http.response.body", "body": data, "more_body": more}


def length(n):
    return (b"content-length", b"%d" % n)


async def text(send, data, status=200, *headers):
    await send(start(status, length(len(data)), *headers))
    await send(body(data))


async def probe(scope, receive, send):
    await text(send, b"probe")


async def echo(scope, receive, send):
    data = await body_of(receive)
    await text(send, scope["method"].encode() + b" " + data)


async def target(scope, receive, send):
    host = dict(scope["headers"]).get(b"host", b"")
    line = " ".join([scope["path"], scope["query_string"].decode("latin-1"), host.decode("latin-1")])
    await text(send, line.encode())


async def header(scope, receive, send):
    """The values of X-Value, x_value and their like as received."""
    await text(send, b"|".join(v for n, v in scope["headers"] if n.replace(b"_", b"-") == b"x-value"))


async def late(scope, receive, send):
    await asyncio.sleep(0.3)
    await text(send, b"late")


# --- framing ---


async def nolength(scope, receive, send):
    await send(start())
    await send(body(b"hello"))


async def stream(scope, receive, send):
    await send(start())
    await send(body(b"he", True))
    await send(body(b"", True))
    await send(body(b"llo", True))
    await send(body(b""))


async def own_encoding(scope, receive, send):
    await send(start(200, (b"transfer-encoding", b"chunked")))
    await send(body(b"hello"))


async def short(scope, receive, send):
    await send(start(200, length(10)))
    await send(body(b"hello", True))
    await send(body(b""))


async def too_long(scope, receive, send):
    await send(start(200, length(3)))
    await send(body(b"he", True))
    await send(body(b"llo"))


async def no_content(scope, receive, send):
    await send(start(204, length(5)))
    await send(body(b"hello"))


async def not_modified(scope, receive, send):
    await send(start(304, length(5), (b"etag", b'"x"')))
    await send(body(b""))


async def mixed_case(scope, receive, send):
    await send(start(200, length(5), (b"X-MiXed", b"1"), (b"x-two", b"a"), (b"X-Two", b"b")))
    await send(body(b"hello"))


async def own_date(scope, receive, send):
    await text(send, b"hello", 200, (b"Date", b"Thu, 01 Jan 1970 00:00:00 GMT"), (b"Server", b"mine"))


async def close(scope, receive, send):
    await text(send, b"bye", 200, (b"Connection", b"Close"))


async def unknown_status(scope, receive, send):
    await text(send, b"odd", 299)


async def bytearrays(scope, receive, send):
    await send(start(200, length(6)))
    await send(body(bytearray(b"abc"), True))
    await send(body(memoryview(b"def")))


async def tuples(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": iter((((b"x-a", b"1")), [b"content-length", b"2"]))})
    await send({"type": "http.response.body", "body": b"ok", "extra": object()})


async def bare_end(scope, receive, send):
    await send(start(200, length(0)))
    await send({"type": "http.response.body"})


async def no_headers(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send(body(b"hello"))


# --- what apps should not do ---


async def raise_before(scope, receive, send):
    raise ValueError("before")


async def raise_after(scope, receive, send):
    await send(start())
    await send(body(b"he", True))
    raise ValueError("after")


async def raise_after_length(scope, receive, send):
    await send(start(200, length(10)))
    await send(body(b"he", True))
    raise ValueError("after")


async def raise_complete(scope, receive, send):
    await text(send, b"done")
    raise ValueError("complete")


async def returns_at_once(scope, receive, send):
    pass


async def returns_after_start(scope, receive, send):
    await send(start())


async def returns_half(scope, receive, send):
    await send(start())
    await send(body(b"he", True))


async def not_none(scope, receive, send):
    await text(send, b"done")
    return 1


async def body_first(scope, receive, send):
    await send(body(b"hello"))


async def second_start(scope, receive, send):
    await send(start(200, length(5)))
    await send(start(201, length(5)))
    await send(body(b"hello"))


async def after_end(scope, receive, send):
    await text(send, b"done")
    await send(body(b"more"))


async def system_exit(scope, receive, send):
    raise SystemExit(1)


async def keyboard(scope, receive, send):
    raise BaseException("base")


async def cancelled(scope, receive, send):
    raise asyncio.CancelledError()


async def unknown_message(scope, receive, send):
    await send({"type": "http.response.nonsense"})


def bad_head(status, *headers):
    async def answer(scope, receive, send):
        try:
            await send(start(status, length(4), *headers))
        except Exception as e:
            await send(start(500, length(6)))
            await send(body(b"raised"))
            return
        await send(body(b"sent"))

    return answer


# --- bodies ---


async def unread(scope, receive, send):
    await text(send, b"unread")


async def half_read(scope, receive, send):
    await receive()
    await text(send, b"half")


async def second_receive(scope, receive, send):
    """After the body, receive() waits until the response is complete."""
    await body_of(receive)
    waiting = asyncio.ensure_future(receive())
    done, _ = await asyncio.wait([waiting], timeout=0.2)
    state = "early" if done else "waits"
    await text(send, state.encode())
    await waiting


async def hints(scope, receive, send):
    offered = "http.response.early_hint" in scope.get("extensions", {})
    if offered:
        await send({"type": "http.response.early_hint", "links": [b"</style.css>; rel=preload", b"</a.js>; rel=preload"]})
    await text(send, b"hinted")


async def trailers(scope, receive, send):
    offered = "http.response.trailers" in scope.get("extensions", {})
    await send({"type": "http.response.start", "status": 200, "headers": [PLAIN], "trailers": offered})
    await send(body(b"hello"))
    if offered:
        await send({"type": "http.response.trailers", "headers": [(b"x-sum", b"5")], "more_trailers": False})


async def path_of(name, scope, send, *headers):
    if "http.response.pathsend" not in scope.get("extensions", {}):
        return await text(send, b"not offered")
    await send(start(200, *headers))
    await send({"type": "http.response.pathsend", "path": name})


HERE = os.path.dirname(os.path.abspath(__file__))


async def file(scope, receive, send):
    await path_of(HERE + "/static/hello.txt", scope, send, length(18))


async def file_without_length(scope, receive, send):
    await path_of(HERE + "/static/hello.txt", scope, send)


async def file_missing(scope, receive, send):
    await path_of(HERE + "/static/missing.txt", scope, send, length(18))


async def file_folder(scope, receive, send):
    await path_of(HERE + "/static", scope, send, length(18))


async def file_longer(scope, receive, send):
    await path_of(HERE + "/static/hello.txt", scope, send, length(100))


async def file_shorter(scope, receive, send):
    await path_of(HERE + "/static/hello.txt", scope, send, length(5))


PATHS = {
    "/file": file, "/file-without-length": file_without_length, "/file-missing": file_missing, "/file-folder": file_folder,
    "/file-longer": file_longer, "/file-shorter": file_shorter,
    "/probe": probe, "/echo": echo, "/target": target, "/header": header, "/late": late,
    "/nolength": nolength, "/stream": stream, "/own-encoding": own_encoding, "/short": short, "/too-long": too_long,
    "/no-content": no_content, "/not-modified": not_modified, "/mixed-case": mixed_case, "/own-date": own_date,
    "/close": close, "/unknown-status": unknown_status, "/bytearrays": bytearrays, "/tuples": tuples,
    "/bare-end": bare_end, "/no-headers": no_headers,
    "/raise-before": raise_before, "/raise-after": raise_after, "/raise-after-length": raise_after_length,
    "/raise-complete": raise_complete, "/returns-at-once": returns_at_once, "/returns-after-start": returns_after_start,
    "/returns-half": returns_half, "/not-none": not_none, "/body-first": body_first, "/second-start": second_start,
    "/after-end": after_end, "/system-exit": system_exit, "/base-exception": keyboard, "/cancelled": cancelled,
    "/unknown-message": unknown_message,
    "/header-crlf": bad_head(200, (b"x-a", b"1\r\nx-b: 2")),
    "/header-nul": bad_head(200, (b"x-a", b"1\0")),
    "/header-name": bad_head(200, (b"x a", b"1")),
    "/header-empty-name": bad_head(200, (b"", b"1")),
    "/header-str": bad_head(200, ("x-a", "1")),
    "/header-tab": bad_head(200, (b"x-a", b"1\t2")),
    "/status-99": bad_head(99),
    "/status-600": bad_head(600),
    "/status-100": bad_head(100),
    "/status-str": bad_head("200"),
    "/unread": unread, "/half-read": half_read, "/second-receive": second_receive, "/hints": hints, "/trailers": trailers,
}


async def other(scope, receive, send):
    await text(send, ("other " + scope["method"] + " " + scope["path"]).encode())


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        raise RuntimeError("no lifespan")
    return await PATHS.get(scope["path"], other)(scope, receive, send)
