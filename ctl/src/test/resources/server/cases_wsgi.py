"""The app of the case tables: each path answers in its own way, anything else says what was asked for. WSGI."""
import io
import sys
import time


def text(start, data, status="200 OK", *headers):
    start(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(data))), *headers])
    return [data]


def probe(environ, start):
    return text(start, b"probe")


def echo(environ, start):
    data = environ["wsgi.input"].read()
    return text(start, environ["REQUEST_METHOD"].encode() + b" " + data)


def target(environ, start):
    line = " ".join([environ["PATH_INFO"], environ["QUERY_STRING"], environ.get("HTTP_HOST", "")])
    return text(start, line.encode("latin-1"))


def header(environ, start):
    return text(start, environ.get("HTTP_X_VALUE", "").encode("latin-1"))


def late(environ, start):
    time.sleep(0.3)
    return text(start, b"late")


def nolength(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    return iter([b"hel", b"lo"])


def stream(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    yield b""
    yield b"he"
    yield b""
    yield b"llo"


def short(environ, start):
    start("200 OK", [("Content-Length", "10")])
    return [b"hello"]


def too_long(environ, start):
    start("200 OK", [("Content-Length", "3")])
    return [b"he", b"llo"]


def no_content(environ, start):
    start("204 No Content", [("Content-Length", "5")])
    return [b"hello"]


def not_modified(environ, start):
    start("304 Not Modified", [("Content-Length", "5"), ("ETag", '"x"')])
    return []


def mixed_case(environ, start):
    return text(start, b"hello", "200 OK", ("X-MiXed", "1"), ("x-two", "a"), ("X-Two", "b"))


def own_phrase(environ, start):
    return text(start, b"odd", "299 Somewhat Odd")


def raise_before(environ, start):
    raise ValueError("before")


def raise_started(environ, start):
    start("200 OK", [])
    raise ValueError("started, but nothing was sent")


def raise_after(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    yield b"he"
    raise ValueError("after")


def raise_first(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    raise ValueError("before the first")
    yield b""


def system_exit(environ, start):
    raise SystemExit(1)


def no_start(environ, start):
    return [b"hello"]


def none(environ, start):
    start("200 OK", [])


def str_item(environ, start):
    start("200 OK", [])
    return ["hello"]


def start_twice(environ, start):
    start("200 OK", [])
    start("201 Created", [])
    return [b"hello"]


def start_again(environ, start):
    """With exc_info and nothing sent, all headers are replaced."""
    start("200 OK", [("Content-Type", "text/html"), ("X-First", "1")])
    try:
        raise ValueError("changed my mind")
    except ValueError:
        start("500 Oops", [("Content-Type", "text/plain"), ("Content-Length", "4")], sys.exc_info())
    return [b"oops"]


def start_too_late(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    yield b"he"
    try:
        raise ValueError("too late")
    except ValueError:
        start("500 Oops", [], sys.exc_info())
    yield b"llo"


def write(environ, start):
    out = start("200 OK", [("Content-Type", "text/plain")])
    out(b"he")
    out(b"ll")
    return [b"o"]


def header_crlf(environ, start):
    return text(start, b"sent", "200 OK", ("X-A", "1\r\nX-B: 2"))


def header_name(environ, start):
    return text(start, b"sent", "200 OK", ("X A", "1"))


def header_int(environ, start):
    return text(start, b"sent", "200 OK", ("X-A", 1))


def hop_by_hop(environ, start):
    start("200 OK", [("Transfer-Encoding", "chunked"), ("Connection", "x-whatever"), ("Keep-Alive", "9"), ("X-A", "1"), ("Content-Length", "2")])
    return [b"ok"]


def unread(environ, start):
    return text(start, b"unread")


def lines(environ, start):
    source = environ["wsgi.input"]
    first = source.readline()
    rest = list(source)
    return text(start, repr([first, rest, source.read(), source.read(5)]).encode())


def parts(environ, start):
    source = environ["wsgi.input"]
    return text(start, repr([source.read(2), source.readline(2), source.readlines()]).encode())


def file(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    return environ["wsgi.file_wrapper"](io.BytesIO(b"from a file"), 4)


class Closing:
    closed = []

    def __init__(self, name, items):
        self.name = name
        self.items = iter(items)

    def __iter__(self):
        return self

    def __next__(self):
        item = next(self.items)
        if isinstance(item, Exception):
            raise item
        return item

    def close(self):
        Closing.closed.append(self.name)


def closing(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    name = environ["QUERY_STRING"]
    return Closing(name, [b"a", ValueError("in the midst")] if name.startswith("bad") else [b"a", b"b"])


def closed(environ, start):
    for _ in range(50):
        if environ["QUERY_STRING"] in Closing.closed:
            break
        time.sleep(0.05)
    return text(start, b"%d" % Closing.closed.count(environ["QUERY_STRING"]))


def errors(environ, start):
    environ["wsgi.errors"].write("written to wsgi.errors\n")
    environ["wsgi.errors"].writelines(["more\n"])
    environ["wsgi.errors"].flush()
    return text(start, b"ok")


PATHS = {"/" + f.__name__.replace("_", "-"): f for f in (
    probe, echo, target, header, late, nolength, stream, short, too_long, no_content, not_modified, mixed_case, own_phrase,
    raise_before, raise_started, raise_after, raise_first, system_exit, no_start, none, str_item, start_twice, start_again,
    start_too_late, write, header_crlf, header_name, header_int, hop_by_hop, unread, lines, parts, file, closing, closed, errors)}


def other(environ, start):
    return text(start, ("other " + environ["REQUEST_METHOD"] + " " + environ["PATH_INFO"]).encode("latin-1"))


def app(environ, start):
    return PATHS.get(environ["PATH_INFO"], other)(environ, start)
