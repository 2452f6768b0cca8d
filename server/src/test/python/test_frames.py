"""Frames: cutting, golden files, checks of heads."""

import importlib.util
import marshal
import os
import unittest

import make_frames
from front import WORKER

spec = importlib.util.spec_from_file_location("corral_worker", WORKER)
worker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(worker)


def golden(name):
    with open(os.path.join(make_frames.FOLDER, name + ".bin"), "rb") as file:
        return file.read()


class Sink:
    """Stands in for a connection: remembers frames."""

    window = 65536
    max_message = 1 << 24

    def __init__(self):
        self.heads = worker.HeadCache()
        self.out = []
        self.streams = {}
        self.flushing = True
        self.logger = worker.logging.getLogger("sink")

    def emit(self, kind, number, flags, payload):
        self.out += (worker.pack_header(len(payload), number, kind, flags, 0), payload)

    def await_body(self, stream):
        pass

    def write_out(self):
        pass

    def bytes(self):
        return b"".join(self.out)


def run(coroutine):
    """Runs a coroutine that must not suspend."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it suspended")


def joined(frames):
    """The frames, those of one body that came in parts put together."""
    whole = []
    for kind, stream, flags, payload in frames:
        if whole and kind == worker.BODY and whole[-1][0] == kind and not whole[-1][2] & worker.END:
            payload = whole.pop()[3] + payload
        whole.append((kind, stream, flags, payload))
    return whole


class ReaderTest(unittest.TestCase):
    def test_frames_cut_at_every_byte_are_read_whole(self):
        data = golden("0x02-request") + golden("0x08-ping") + golden("0x03-body") + golden("0x05-disconnect")
        whole = worker.FrameReader().feed(data)
        self.assertEqual(4, len(whole))
        for cut in range(len(data) + 1):
            reader = worker.FrameReader()
            self.assertEqual(whole, joined(list(reader.feed(data[:cut])) + list(reader.feed(data[cut:]))), cut)
        reader = worker.FrameReader()
        self.assertEqual(whole, joined([frame for i in range(len(data)) for frame in reader.feed(data[i : i + 1])]))

    def test_wrong_frames_are_refused(self):
        for data in (b"\0\0\0\0\1\0\0\0\3\0\1\0", b"\xff\xff\xff\xff\1\0\0\0\3\0\0\0"):
            with self.assertRaises(worker.FrameError):
                worker.FrameReader().feed(data)


class GoldenTest(unittest.TestCase):
    def test_files_are_what_the_script_makes(self):
        for name, kind, stream, flags, payload in make_frames.FRAMES:
            data = golden(name)
            self.assertEqual(make_frames.encode(kind, stream, flags, payload), data, name)
            (read,) = worker.FrameReader().feed(data)
            self.assertEqual((kind, stream, flags), read[:3], name)
            if isinstance(payload, make_frames.Value):
                self.assertEqual(payload.value, marshal.loads(read[3]), name)
            else:
                self.assertEqual(payload, read[3], name)

    def http(self, *messages):
        sink = Sink()
        stream = worker.HttpStream(sink, 1, make_frames.SCOPE, b"", worker.END)
        for message in messages:
            run(stream.send(message))
        stream.flush_head()
        return sink.bytes()

    def websocket(self, *messages):
        sink = Sink()
        stream = worker.WebSocketStream(sink, 3, make_frames.WS_SCOPE, b"", 0)
        for message in messages:
            run(stream.send(message))
        return sink.bytes()

    def test_http_messages_become_the_golden_frames(self):
        start = {"type": "http.response.start", "status": 200, "headers": make_frames.HEADERS}
        missing = dict(start, status=404)
        body = {"type": "http.response.body", "body": b"not found"}
        self.assertEqual(golden("0x44-response"), self.http(missing, body))
        self.assertEqual(golden("0x42-start"), self.http(start))
        plain = {"type": "http.response.start", "status": 200}
        part = {"type": "http.response.body", "body": b"part", "more_body": True}
        self.assertEqual(
            golden("0x44-response-part") + golden("0x43-body") + golden("0x43-body-end"),
            self.http(plain, part, part, {"type": "http.response.body"}),
        )
        hint = {"type": "http.response.early_hint", "links": [b"</style.css>; rel=preload"]}
        self.assertEqual(golden("0x48-inform"), self.http(hint))
        path = {"type": "http.response.pathsend", "path": "/srv/f\u00fcr/file.txt"}
        self.assertEqual(golden("0x42-start") + golden("0x46-pathsend"), self.http(start, path))

    def test_messages_that_no_frame_may_hold_are_refused(self):
        with self.assertRaisesRegex(ValueError, "16777217 bytes"):
            self.websocket({"type": "websocket.accept"}, {"type": "websocket.send", "bytes": bytes((1 << 24) + 1)})

    def test_websocket_messages_become_the_golden_frames(self):
        accept = {"type": "websocket.accept", "subprotocol": "chat", "headers": [(b"x-a", b"b")]}
        messages = [
            accept, {"type": "websocket.send", "text": "gr\u00fc\u00dfe"}, {"type": "websocket.send", "bytes": b"\x00\xff\x80"},
            {"type": "websocket.close", "reason": "bye"},
        ]
        names = ("0x4d-ws-accept", "0x4e-ws-text", "0x4f-ws-binary", "0x50-ws-close")
        self.assertEqual(b"".join(map(golden, names)), self.websocket(*messages))
        self.assertEqual(golden("0x4d-ws-accept-plain"), self.websocket({"type": "websocket.accept"}))


class HeadTest(unittest.TestCase):
    def test_heads_are_cached_and_the_cache_is_bounded(self):
        cache = worker.HeadCache()
        first = cache.get(200, [(b"a", b"b")])
        self.assertIs(first, cache.get(200, ((b"a", b"b"),)))
        for i in range(2000):
            cache.get(200, [(b"x", b"%d" % i)])
        self.assertLessEqual(len(cache._entries), cache.LIMIT)

    def test_lists_in_place_of_tuples_are_heads_too(self):
        marshalled, length = worker.HeadCache().get(200, [[b"content-length", bytearray(b"7")]])
        self.assertEqual(7, length)
        self.assertEqual((200, [(b"content-length", b"7")], b""), marshal.loads(marshalled + b"s\0\0\0\0"))

    def test_transfer_encoding_and_repeated_lengths_are_left_out(self):
        headers = [(b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"7"), (b"content-length", b"7")]
        marshalled, length = worker.HeadCache().get(200, headers)
        self.assertEqual(([(b"Content-Length", b"7")], 7), (marshal.loads(marshalled + b"T")[1], length))

    def test_bad_heads_are_refused(self):
        bad = [
            (200, [("a", b"b")], TypeError), (200, [(b"a", "b")], TypeError), (200, [(b"a", None)], TypeError),
            (200, [(b"a b", b"c")], ValueError), (200, [(b"", b"c")], ValueError), (200, [(b"a", b"b\r\nc: d")], ValueError),
            (200, [(b"a", b"\0")], ValueError), (200, [(b"a:", b"b")], ValueError), (200, [(b"a", b"\x7f")], ValueError),
            (200, [(b"a",)], ValueError), (99, [], ValueError), (600, [], ValueError), (101, [], ValueError),
            ("200", [], TypeError), (None, [], TypeError), (200, [(b"content-length", b"x")], ValueError),
            (200, [(b"content-length", b"1"), (b"content-length", b"2")], ValueError), (200, None, TypeError),
        ]
        for status, headers, error in bad:
            with self.assertRaises(error, msg="%r %r" % (status, headers)):
                worker.HeadCache().get(status, headers)
        worker.HeadCache().get(200, [(b"a", b"tab\there \xe9"), (b"empty", b"")])

    def test_reasons_are_cut_between_characters(self):
        self.assertEqual(b"", worker.cut_reason(None))
        self.assertEqual("\u00fc".encode() * 61, worker.cut_reason("\u00fc" * 100))


class OptionsTest(unittest.TestCase):
    def test_flags_are_read(self):
        settings = worker.Settings(
            ["--app=a:b", "--connect=/x", "--pythonpath=a,b", "--pythonpath=c", "--threads=7", "--reset-contextvars=true"]
        )
        self.assertEqual((["a", "b", "c"], 7, True), (settings.pythonpath, settings.threads, settings.reset_contextvars))

    def test_bad_flags_are_refused(self):
        good = ["--app=a:b", "--connect=/x"]
        for bad in (["--nix=1"], ["--threads=0"], ["--threads=x"], ["--reload=yes"], ["app"], ["--interface=asgi"]):
            with self.assertRaises(ValueError):
                worker.Settings(good + bad)
        with self.assertRaises(ValueError):
            worker.Settings(["--app=a:b"])


class InterfaceTest(unittest.TestCase):
    def test_interfaces_are_recognised(self):
        async def asgi3(scope, receive, send):
            pass

        def returns_coroutine(scope, receive, send):
            return asgi3(scope, receive, send)

        def wsgi(environ, start_response):
            pass

        def asgi2(scope):
            pass

        class Asgi3:
            async def __call__(self, scope, receive, send):
                pass

        class Asgi2:
            def __init__(self, scope):
                pass

            async def __call__(self, receive, send):
                pass

        class Wsgi:
            def __call__(self, environ, start_response):
                pass

        class WsgiClass:
            def __init__(self, environ, start_response):
                pass

        for app, interface in (
            (asgi3, "asgi3"), (returns_coroutine, "asgi3"), (Asgi3(), "asgi3"), (wsgi, "wsgi"), (Wsgi(), "wsgi"),
            (WsgiClass, "wsgi"), (asgi2, "asgi2"), (Asgi2, "asgi2"), (Asgi3().__call__, "asgi3"),
            (worker.MessageTrace(asgi3, None), "asgi3"),
        ):
            self.assertEqual(interface, worker.detect_interface(app), app)


if __name__ == "__main__":
    unittest.main()
