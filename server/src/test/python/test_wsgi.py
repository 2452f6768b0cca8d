"""WSGI: environ, start_response, bodies, files, threads, errors (PEP 3333)."""

import unittest

from case import WorkerCase
from front import BODY, DISCONNECT, END, Front, http_scope

APP = '''
import io, os, sys, tempfile, threading, time

handlers = {}
marks = []
gate = threading.Semaphore(0)

def handler(function):
    handlers["/" + function.__name__] = function
    return function

def app(environ, start_response):
    return handlers.get(environ["PATH_INFO"], environ_)(environ, start_response)

@handler
def environ_(environ, start_response):
    shown = {k: v for k, v in environ.items() if isinstance(v, (str, tuple, bool))}
    shown["input"] = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [repr(shown).encode()]

@handler
def said(environ, start_response):
    start_response("200 OK", [])
    data = ",".join(marks).encode()
    marks.clear()
    return [data]

@handler
def lines(environ, start_response):
    read = environ["wsgi.input"]
    start_response("200 OK", [])
    yield repr([read.read(2), read.readline(), read.readline(2), next(iter(read)), read.readlines(), read.read(), read.read(5)]).encode()

@handler
def echo_stream(environ, start_response):
    start_response("200 OK", [])
    read = environ["wsgi.input"]
    yield b"begin:"
    while True:
        data = read.read1(65536) if hasattr(read, "read1") else read.read(65536)
        if not data:
            return
        yield data

@handler
def chunks(environ, start_response):
    start_response("200 OK", [])
    yield b""
    yield b"one"
    yield b""
    yield b"two"

@handler
def empty(environ, start_response):
    start_response("204 No Content", [])
    return []

@handler
def by_write(environ, start_response):
    write = start_response("200 OK", [("A", "b")])
    write(b"written ")
    return [b"returned"]

@handler
def restart(environ, start_response):
    start_response("200 OK", [("A", "1"), ("B", "2")])
    try:
        raise ValueError
    except ValueError:
        start_response("500 Oops", [("C", "3")], sys.exc_info())
    return [b"error page"]

@handler
def restart_late(environ, start_response):
    write = start_response("200 OK", [])
    write(b"part")
    try:
        raise ValueError("too late")
    except ValueError:
        start_response("500 Oops", [], sys.exc_info())

@handler
def restart_plain(environ, start_response):
    start_response("200 OK", [])
    start_response("200 OK", [])

@handler
def hop(environ, start_response):
    start_response("200 OK", [("Connection", "close"), ("Server", "x"), ("Transfer-Encoding", "chunked"), ("Keep-Alive", "1"),
                              ("Date", "today"), ("Upgrade", "x"), ("X", "y")])
    return [b"x"]

class Closing:
    def __init__(self, items):
        self.items = iter(items)
    def __iter__(self):
        return self
    def __next__(self):
        item = next(self.items)
        if isinstance(item, Exception):
            raise item
        return item
    def close(self):
        marks.append("closed")

@handler
def closing(environ, start_response):
    start_response("200 OK", [])
    return Closing([b"a", b"b"])

@handler
def closing_fault(environ, start_response):
    start_response("200 OK", [])
    return Closing([b"a", ValueError("while iterating")])

@handler
def close_fails(environ, start_response):
    start_response("200 OK", [])
    result = Closing([b"a"])
    result.close = lambda: 1 / 0
    return result

@handler
def too_long(environ, start_response):
    start_response("200 OK", [("Content-Length", "5")])
    return [b"123", b"456"]

@handler
def too_short(environ, start_response):
    start_response("200 OK", [("Content-Length", "5")])
    return [b"123"]

@handler
def head(environ, start_response):
    start_response("200 OK", [("Content-Length", "5")])
    return [b"12345"]

@handler
def fault(environ, start_response):
    raise ValueError("plain fault")

@handler
def exits(environ, start_response):
    sys.exit(3)

@handler
def none(environ, start_response):
    start_response("200 OK", [])

@handler
def text(environ, start_response):
    start_response("200 OK", [])
    return ["text"]

@handler
def no_start(environ, start_response):
    return [b"x"]

@handler
def bad_header(environ, start_response):
    start_response("200 OK", [("A", "b\\r\\nC: d")])
    return []

@handler
def int_header(environ, start_response):
    start_response("200 OK", [("A", 1)])
    return []

@handler
def bad_status(environ, start_response):
    start_response("OK", [])
    return []

@handler
def hints(environ, start_response):
    environ["wsgi.early_hints"]([("Link", "</a>; rel=preload")])
    start_response("200 OK", [])
    yield b"x"
    environ["wsgi.early_hints"]([("Link", "</late>")])

@handler
def file(environ, start_response):
    start_response("200 OK", [])
    return environ["wsgi.file_wrapper"](open(__file__, "rb"))

@handler
def file_rest(environ, start_response):
    start_response("200 OK", [])
    opened = open(__file__, "rb")
    opened.seek(5)
    return environ["wsgi.file_wrapper"](opened, 10)

@handler
def file_like(environ, start_response):
    start_response("200 OK", [("Content-Length", "3")])
    return environ["wsgi.file_wrapper"](io.BytesIO(b"abcdef"), 2)

@handler
def errors(environ, start_response):
    environ["wsgi.errors"].write("to the errors\\n")
    environ["wsgi.errors"].writelines(["and more\\n"])
    environ["wsgi.errors"].flush()
    start_response("200 OK", [])
    return [b"x"]

@handler
def big(environ, start_response):
    start_response("200 OK", [])
    return [b"0123456789" * 20000]

@handler
def long(environ, start_response):
    start_response("200 OK", [])
    return [b"".join(b"%07d," % i for i in range(125000))]

@handler
def flood(environ, start_response):
    start_response("200 OK", [])
    try:
        while True:
            yield b"x" * 20000
    finally:
        marks.append("generator closed")

@handler
def wait(environ, start_response):
    gate.acquire()
    start_response("200 OK", [])
    return [threading.current_thread().name.encode()]

@handler
def open_gate(environ, start_response):
    gate.release()
    gate.release()
    start_response("200 OK", [])
    return [b"open"]

@handler
def read_body(environ, start_response):
    try:
        environ["wsgi.input"].read()
    except OSError as error:
        marks.append(type(error).__name__)
        raise
'''


class WsgiTest(WorkerCase):
    SOURCE = APP
    FLAGS = ("--threads=3",)

    def get(self, path, **more):
        return self.c.response(self.c.request(http_scope(path=path, **more)))

    def marks(self):
        return self.get("/said")[2].decode()

    def test_the_worker_says_what_it_is(self):
        self.assertEqual(("wsgi", 3), (self.c.hello["interface"], self.c.hello["capacity"]))

    def test_environ_is_made_of_the_scope(self):
        headers = [
            (b"host", b"example.com"), (b"content-type", b"a/b"), (b"content-length", b"3"), (b"x-twice", b"1"), (b"x-twice", b"2"),
            (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x-latin", b"\xe9"),
        ]
        scope = http_scope("POST", "/x", b"a=%20", headers, raw_path=b"/%C3%A9%2Fx", **{"corral.target": b"/%C3%A9%2Fx?a=%20"})
        environ = eval(self.c.response(self.c.request(scope, b"abc"))[2].decode())
        self.assertEqual({
            "REQUEST_METHOD": "POST", "QUERY_STRING": "a=%20", "RAW_URI": "/%C3%A9%2Fx?a=%20", "SERVER_PROTOCOL": "HTTP/1.1",
            "SCRIPT_NAME": "", "PATH_INFO": "/\xc3\xa9/x", "CONTENT_TYPE": "a/b", "CONTENT_LENGTH": "3", "HTTP_HOST": "example.com",
            "HTTP_X_TWICE": "1,2", "HTTP_COOKIE": "a=1; b=2", "HTTP_X_LATIN": "\xe9", "REMOTE_ADDR": "127.0.0.1",
            "REMOTE_PORT": "1234", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_SOFTWARE": "corral/0.1.0",
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.multithread": True, "wsgi.multiprocess": False,
            "wsgi.run_once": False, "wsgi.input_terminated": True, "input": b"abc",
        }, environ)

    def test_unix_sockets_and_root_paths_have_their_environ(self):
        scope = http_scope(path="/sub/x", root_path="/sub", client=None, server=("/run/x.sock", None), headers=[(b"host", b"a.b:81")])
        scope["corral.proxy"] = {"PROXY_PROTOCOL": "TCP4"}
        environ = eval(self.c.response(self.c.request(scope))[2].decode())
        self.assertEqual(("", False), (environ["REMOTE_ADDR"], "REMOTE_PORT" in environ))
        self.assertEqual(("a.b", "81", "TCP4"), (environ["SERVER_NAME"], environ["SERVER_PORT"], environ["PROXY_PROTOCOL"]))
        self.assertEqual(("/sub", "/x"), (environ["SCRIPT_NAME"], environ["PATH_INFO"]))

    def test_a_body_can_be_read_in_all_ways(self):
        whole = b"abcd\nefgh\nijkl\nm\nn"
        expected = [b"ab", b"cd\n", b"ef", b"gh\n", [b"ijkl\n", b"m\n", b"n"], b"", b""]
        s = self.c.request(http_scope("POST", "/lines"), whole)
        self.assertEqual(expected, eval(self.c.response(s)[2].decode()))
        s = self.c.request(http_scope("POST", "/lines"), b"", end=False, expect=True)
        self.assertEqual(("CREDIT", b"\0\0\0\0"), self.c.next(s)[0::3])
        for i in range(len(whole)):
            self.c.send(BODY, s, END if i == len(whole) - 1 else 0, whole[i : i + 1])
        self.assertEqual(expected, eval(self.c.response(s)[2].decode()))

    def test_a_body_streams_through_while_the_response_is_sent(self):
        s = self.c.request(http_scope("POST", "/echo_stream"), b"", end=False)
        self.assertEqual(("RESPONSE", b"begin:"), (lambda f: (f.name, f.payload[2]))(self.c.next(s)))
        for i in range(5):
            self.c.send(BODY, s, 0, b"%d" % i * 30000)
            got = b""
            while len(got) < 30000:
                frame = self.c.next(s)
                if frame.name == "BODY":
                    got += frame.payload
                    self.c.credit(s, len(frame.payload))
            self.assertEqual(b"%d" % i * 30000, got)
        self.c.send(BODY, s, END, b"")
        self.assertEqual(b"", self.c.response(s)[2])

    def test_each_chunk_is_sent_at_once_and_empty_ones_are_not(self):
        s = self.c.request(http_scope(path="/chunks"))
        frames = [self.c.next(s) for _ in range(3)]
        self.assertEqual([("RESPONSE", 0), ("BODY", 0), ("BODY", END)], [(frame.name, frame.flags) for frame in frames])
        self.assertEqual(b"one", frames[0].payload[2])

    def test_short_responses_are_one_frame(self):
        self.assertEqual((204, [], b"", "RESPONSE"), self.get("/empty"))
        self.assertEqual(200, self.get("/head", method="HEAD")[0])
        self.front.await_log("A body was given for a response that has none: /head")

    def test_write_and_result_follow_each_other(self):
        self.assertEqual((200, [(b"A", b"b")], b"written returned"), self.get("/by_write")[:3])

    def test_a_response_may_be_started_anew_only_with_exc_info_and_before_it_is_sent(self):
        self.assertEqual((500, [(b"C", b"3")], b"error page"), self.get("/restart")[:3])
        self.aborted("/restart_late", "ValueError: too late")
        self.aborted("/restart_plain", "AssertionError: Response headers already set!")

    def test_headers_between_hops_are_left_out(self):
        self.assertEqual([(b"Date", b"today"), (b"X", b"y")], self.get("/hop")[1])

    def test_close_is_called_once(self):
        self.get("/closing")
        self.await_marks("closed")
        self.aborted("/closing_fault", "ValueError: while iterating")
        self.await_marks("closed")
        self.assertEqual(b"a", self.get("/close_fails")[2])
        self.front.await_log("ZeroDivisionError")

    def test_content_length_is_kept(self):
        self.assertEqual(b"12345", self.get("/too_long")[2])
        self.aborted("/too_short", "Response content shorter than Content-Length")

    def aborted(self, path, log):
        s = self.c.request(http_scope(path=path))
        self.assertEqual("ABORT", self.c.response(s)[3])
        self.front.await_log(log)

    def test_faults_end_the_request_only(self):
        for path, log in (
            ("/fault", "ValueError: plain fault"), ("/exits", "SystemExit: 3"), ("/none", "the app returned None"),
            ("/text", "body must be bytes, not str"), ("/no_start", "before it called start_response"),
            ("/bad_header", "ValueError: invalid value of response header"), ("/int_header", "names and values must be str"),
            ("/bad_status", "ValueError: invalid status"),
        ):
            self.aborted(path, log)
        self.front.await_log("Error handling request /fault")
        self.assertEqual(b"x", self.get("/hop")[2])

    def test_early_hints_come_before_the_head(self):
        s = self.c.request(http_scope(path="/hints"))
        self.assertEqual((103, [(b"Link", b"</a>; rel=preload")]), self.c.next(s).payload)
        self.assertEqual(["RESPONSE", "BODY"], [self.c.next(s).name for _ in range(2)])
        self.assertEqual("RESPONSE", self.c.next(self.c.request(http_scope(path="/hints", version="1.0"))).name)

    def test_files_go_by_path_if_they_are_sent_whole(self):
        s = self.c.request(http_scope(path="/file"))
        frames = [self.c.next(s) for _ in range(2)]
        self.assertEqual(["START", "PATHSEND"], [frame.name for frame in frames])
        with open(frames[1].payload, "rb") as file:
            text = file.read()
        self.assertEqual(text[5:], self.get("/file_rest")[2])
        self.assertEqual(b"abc", self.get("/file_like")[2])
        self.assertEqual(200, self.get("/file", method="HEAD")[0])

    def test_errors_go_to_the_log(self):
        self.get("/errors")
        self.front.await_log("to the errors\nand more\n")

    def test_a_large_body_waits_for_credit(self):
        s = self.c.request(http_scope(path="/big"))
        self.assertEqual(65536, len(self.c.next(s).payload[2]))
        self.c.credit(s, 1000000)
        self.assertEqual(200000 - 65536, len(self.c.response(s)[2]))

    def test_what_the_socket_does_not_take_at_once_follows_in_order(self):
        streams = [self.c.request(http_scope(path="/long")) for _ in range(3)]
        for s in streams:
            self.c.credit(s, 2000000)
        whole = b"".join(b"%07d," % i for i in range(125000))
        for s in streams:
            self.assertTrue(whole == self.c.response(s)[2])

    def test_a_client_that_leaves_ends_the_app(self):
        s = self.c.request(http_scope(path="/flood"))
        while self.c.next(s).name != "BODY":
            pass
        self.c.send(DISCONNECT, s)
        self.await_marks("generator closed")
        s = self.c.request(http_scope("POST", "/read_body"), b"x", end=False)
        self.c.next(s)
        self.c.send(DISCONNECT, s)
        self.await_marks("ClientDisconnected")
        while self.c.next(s).name != "ABORT":
            pass

    def test_requests_run_at_once_on_the_threads(self):
        streams = [self.c.request(http_scope(path="/wait")) for _ in range(2)]
        self.get("/open_gate")
        self.assertEqual(2, len({self.c.response(s)[2] for s in streams}))


class AsyncioWsgiTest(WsgiTest):
    FLAGS = ("--threads=3", "--loop=asyncio")


class FullSocketTest(unittest.TestCase):
    def test_threads_that_find_the_socket_full_keep_the_order(self):
        source = """
            def app(environ, start_response):
                start_response("200 OK", [])
                for i in range(40):
                    yield b"%d" % (i % 10) * 100000
            """
        for loop in ("auto", "asyncio"):
            with Front(source, "--threads=3", "--loop=" + loop, window=1 << 26) as front:
                c = front.accept()
                streams = [c.request() for _ in range(6)]
                expected = b"".join(b"%d" % (i % 10) * 100000 for i in range(40))
                for s in streams:
                    self.assertTrue(expected == c.response(s)[2])


class OneThreadTest(unittest.TestCase):
    def test_one_thread_takes_one_request_at_a_time_and_drains(self):
        source = '''
            import threading
            def app(environ, start_response):
                start_response("200 OK", [])
                return [("%s %s" % (threading.current_thread().name, environ["wsgi.multithread"])).encode()]
            '''
        with Front(source, env={"SCRIPT_NAME": "/pre"}) as front:
            c = front.accept()
            streams = [c.request(http_scope(path="/pre/x")) for _ in range(50)]
            self.assertEqual({b"wsgi-1 False"}, {c.response(s)[2] for s in streams})
            self.assertEqual("ABORT", c.response(c.request(http_scope(path="/other")))[3])
            front.await_log("Configuration problem: Request path '/other' does not start with SCRIPT_NAME '/pre'")
            front.signal(15)
            self.assertEqual(0, front.wait())


if __name__ == "__main__":
    unittest.main()
