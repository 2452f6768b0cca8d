"""ASGI WebSockets: handshake, messages, closing, credit (ASGI WebSocket spec 2.4)."""

import struct
import unittest

from case import WorkerCase
from front import CREDIT, DISCONNECT, HALF, WS_BINARY, WS_TEXT, encode, ws_scope

APP = '''
import asyncio

handlers = {}
marks = []

def handler(function):
    handlers["/" + function.__name__] = function
    return function

async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": ",".join(marks).encode()})
        marks.clear()
    else:
        return await handlers[scope["path"]](scope, receive, send)

async def raised(awaitable):
    try:
        await awaitable
    except BaseException as error:
        return type(error).__name__
    return "nothing"

def text(data):
    return {"type": "websocket.send", "text": data}

ACCEPT = {"type": "websocket.accept"}

@handler
async def echo(scope, receive, send):
    assert (await receive()) == {"type": "websocket.connect"}
    await send({"type": "websocket.accept", "subprotocol": (scope["subprotocols"] or [None])[-1], "headers": [(b"a", b"b")]})
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            marks.append("%s %s" % (message["code"], message["reason"]))
            marks.append(str((await receive())["code"]))
            marks.append(await raised(send(text("x"))))
            return
        try:
            await send(dict(message, type="websocket.send"))
        except OSError:
            marks.append("too late for " + message["text"])
            raise

@handler
async def accept_first(scope, receive, send):
    await send(ACCEPT)
    marks.append((await receive())["type"])
    await send({"type": "websocket.send", "text": None, "bytes": b"both keys"})
    await send({"type": "websocket.send", "text": "", "bytes": None})
    await send({"type": "websocket.send", "bytes": bytearray(b"mutable")})

@handler
async def refuse(scope, receive, send):
    await receive()
    await send({"type": "websocket.close"})
    message = await receive()
    marks.append("%s %s" % (message["type"], message["code"]))
    marks.append(await raised(send(ACCEPT)))

@handler
async def deny(scope, receive, send):
    await send({"type": "websocket.http.response.start", "status": 401, "headers": [(b"a", b"b")]})
    marks.append(await raised(send(ACCEPT)))
    await send({"type": "websocket.http.response.body", "body": b"who ", "more_body": True})
    await send({"type": "websocket.http.response.body", "body": b"are you"})
    marks.append(str((await receive())["type"]))
    marks.append(str((await receive())["code"]))

@handler
async def wrong(scope, receive, send):
    for message in (text("x"), {"type": "http.response.start", "status": 200}, {"type": "websocket.http.response.body"},
                    {"type": "websocket.accept", "subprotocol": "a\\r\\nb: c"}, {"type": "websocket.accept", "subprotocol": 3},
                    {"type": "websocket.accept", "headers": [(b"Sec-WebSocket-Protocol", b"x")]},
                    {"type": "websocket.accept", "headers": [("a", b"x")]}):
        marks.append(await raised(send(message)))
    await send(ACCEPT)
    for message in (ACCEPT, {"type": "websocket.send"}, {"type": "websocket.send", "text": "a", "bytes": b"b"},
                    text(b"bytes"), {"type": "websocket.send", "bytes": "text"}, text("\\ud800"),
                    {"type": "websocket.close", "code": 1005}, {"type": "websocket.close", "code": 99999},
                    {"type": "websocket.http.response.start", "status": 200}):
        marks.append(await raised(send(message)))
    await send({"type": "websocket.close", "code": 4000, "reason": "\\u00fc" * 100})
    marks.append(await raised(send(text("late"))))
    marks.append(await raised(send({"type": "websocket.close"})))
    await receive()
    marks.append(str((await receive())["code"]))

@handler
async def plain_close(scope, receive, send):
    await send(ACCEPT)
    await send({"type": "websocket.close", "reason": None})

@handler
async def returns_early(scope, receive, send):
    await receive()

@handler
async def returns(scope, receive, send):
    await send(ACCEPT)

@handler
async def fails_early(scope, receive, send):
    raise ValueError("early fault")

@handler
async def fails(scope, receive, send):
    await send(ACCEPT)
    raise ValueError("late fault")

@handler
async def flood(scope, receive, send):
    await send(ACCEPT)
    for i in range(100):
        await send(text("x" * 10000))
        marks.append(str(i))
    await send({"type": "websocket.close"})

@handler
async def stuck(scope, receive, send):
    await send(ACCEPT)
    try:
        while True:
            await send(text("x" * 70000))
    except OSError as error:
        marks.append(type(error).__name__)

@handler
async def slow_echo(scope, receive, send):
    await receive()
    await send(ACCEPT)
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            marks.append(str(message["code"]))
            await send(text("what is left"))
            if scope["query_string"] == b"close":
                await send({"type": "websocket.close"})
            elif scope["query_string"] == b"raise":
                raise type("WebSocketDisconnect", (Exception,), {})()
            return
        await asyncio.sleep(0.05)
        await send(text(message["text"]))

@handler
async def lingers(scope, receive, send):
    await receive()
    await send(ACCEPT)
    marks.append(str((await receive())["code"]))
    while True:
        try:
            await send(text("still here"))
        except OSError as error:
            marks.append(type(error).__name__)
            return
        await asyncio.sleep(0.01)

@handler
async def never_accepts(scope, receive, send):
    await receive()
    marks.append(str((await receive())["code"]))

@handler
async def accepts_late(scope, receive, send):
    await receive()
    await asyncio.sleep(0.05)
    await send(ACCEPT)
    marks.append(str((await receive())["code"]))

@handler
async def slow(scope, receive, send):
    await receive()
    await send(ACCEPT)
    while (await receive())["text"] != "go":
        pass
    await send({"type": "websocket.close"})
'''


class WebSocketTest(WorkerCase):
    SOURCE = APP

    def open(self, path, **more):
        s = self.c.request(ws_scope(path, **more), end=False)
        return s

    def marks(self):
        return self.c.response(self.c.request())[2].decode()

    def test_messages_go_both_ways_in_order(self):
        s = self.open("/echo", subprotocols=["one", "two"])
        self.assertEqual(("WS_ACCEPT", ("two", [(b"a", b"b")])), self.c.next(s)[0::3])
        for i in range(100):
            self.c.send(WS_TEXT if i % 2 else WS_BINARY, s, 0, b"%d" % i)
        got = []
        while len(got) < 100:
            frame = self.c.next(s)
            if frame.name != "CREDIT":
                got.append((frame.name, frame.payload))
        self.assertEqual([("WS_TEXT" if i % 2 else "WS_BINARY", b"%d" % i) for i in range(100)], got)
        self.c.send(DISCONNECT, s, 0, struct.pack("<H", 1001) + "gr\u00fc\u00dfe".encode())
        self.await_marks("1001 gr\u00fc\u00dfe,1001,ClientDisconnected")

    def test_a_lost_client_is_code_1006(self):
        s = self.open("/echo")
        self.assertEqual((None, [(b"a", b"b")]), self.c.next(s).payload)
        self.c.send(DISCONNECT, s, 0, struct.pack("<H", 1006))
        self.await_marks("1006 ,1006,ClientDisconnected")

    def test_messages_before_the_close_are_delivered(self):
        s = self.open("/echo")
        self.c.next(s)
        both = encode(WS_TEXT, s, 0, b"last") + encode(DISCONNECT, s, 0, struct.pack("<H", 1000))
        self.c.socket.sendall(both)
        self.await_marks("too late for last")
        self.assertEqual([], [frame for frame in self.c.pending if frame.stream == s and frame.name == "WS_TEXT"])

    def test_a_front_that_ends_gets_the_answers_to_what_it_sent_before(self):
        for how in (b"return", b"close", b"raise"):
            s = self.open("/slow_echo", query_string=how)
            self.c.next(s)
            parts = [encode(WS_TEXT, s, 0, b"one"), encode(WS_TEXT, s, 0, b"two")]
            self.c.socket.sendall(b"".join(parts) + encode(DISCONNECT, s, HALF, struct.pack("<H", 1012)))
            got = [self.c.next(s)[0::3] for _ in range(4)]
            self.assertEqual([b"one", b"two", b"what is left"], [payload for name, payload in got[:3]])
            self.assertEqual(("WS_CLOSE", struct.pack("<H", 1012)), got[3])
            self.await_marks("1012")
        self.assertNotIn("Exception in ASGI application", self.front.log())

    def test_a_front_that_does_not_wait_any_longer_says_so(self):
        s = self.open("/lingers")
        self.c.next(s)
        self.c.send(DISCONNECT, s, HALF, struct.pack("<H", 1012))
        self.assertEqual(b"still here", self.c.next(s).payload)
        self.c.send(DISCONNECT, s, 0, struct.pack("<H", 1012))
        self.await_marks("1012,ClientDisconnected")

    def test_a_handshake_is_answered_before_the_end(self):
        s = self.open("/accepts_late")
        self.c.send(DISCONNECT, s, HALF, struct.pack("<H", 1012))
        self.assertEqual("WS_ACCEPT", self.c.next(s).name)
        self.assertEqual(("WS_CLOSE", struct.pack("<H", 1012)), self.c.next(s)[0::3])
        self.await_marks("1012")

    def test_a_handshake_that_waits_for_the_end_is_no_failure_of_the_app(self):
        s = self.open("/never_accepts")
        self.c.send(DISCONNECT, s, HALF, struct.pack("<H", 1012))
        self.assertEqual(("ABORT", b"cancelled"), self.c.next(s)[0::3])
        self.await_marks("1012")
        self.assertNotIn("without completing handshake", self.front.log())

    def test_accept_needs_no_receive_before(self):
        s = self.open("/accept_first")
        frames = [self.c.next(s) for _ in range(5)]
        self.assertEqual(["WS_ACCEPT", "WS_BINARY", "WS_TEXT", "WS_BINARY", "WS_CLOSE"], [frame.name for frame in frames])
        self.assertEqual([b"both keys", b"", b"mutable"], [frame.payload for frame in frames[1:4]])
        self.await_marks("websocket.connect")

    def test_close_before_accept_refuses(self):
        s = self.open("/refuse")
        self.assertEqual("WS_CLOSE", self.c.next(s).name)
        self.await_marks("websocket.disconnect 1006,RuntimeError")

    def test_a_denial_response_is_a_response(self):
        s = self.open("/deny")
        self.assertEqual((401, [(b"a", b"b")], b"who are you"), self.c.response(s)[:3])
        self.await_marks("RuntimeError,websocket.connect,1006")

    def test_wrong_messages_raise_at_the_call(self):
        s = self.open("/wrong")
        self.assertEqual(("WS_ACCEPT", (None, [])), self.c.next(s)[0::3])
        self.assertEqual(("WS_CLOSE", struct.pack("<H", 4000) + "\u00fc".encode() * 61), self.c.next(s)[0::3])
        order, type_, value = "RuntimeError", "TypeError", "ValueError"
        expected = [order, order, order, value, type_, value, type_]
        expected += [order, value, value, type_, type_, "UnicodeEncodeError", value, value, order]
        self.await_marks(",".join(expected + [order, order, "4000"]))

    def test_a_close_has_code_1000_by_default(self):
        for path in ("/plain_close", "/returns"):
            s = self.open(path)
            self.c.next(s)
            self.assertEqual(("WS_CLOSE", struct.pack("<H", 1000)), self.c.next(s)[0::3])

    def test_apps_that_fail_abort_their_websocket(self):
        for path, frames, log in (
            ("/returns_early", 0, "ASGI callable returned without completing handshake."),
            ("/fails_early", 0, "ValueError: early fault"), ("/fails", 1, "ValueError: late fault"),
        ):
            s = self.open(path)
            for _ in range(frames):
                self.assertEqual("WS_ACCEPT", self.c.next(s).name)
            self.assertEqual("ABORT", self.c.next(s).name)
            self.front.await_log(log)

    def test_sends_wait_for_credit(self):
        s = self.open("/flood")
        for _ in range(8):
            self.c.next(s)
        self.await_marks("0,1,2,3,4,5,6")
        self.c.credit(s, 10032)
        self.assertEqual("WS_TEXT", self.c.next(s).name)
        self.await_marks("7")
        self.c.credit(s, 2000000)
        while self.c.next(s).name != "WS_CLOSE":
            pass
        self.marks()

    def test_a_waiting_send_ends_when_the_client_leaves(self):
        s = self.open("/stuck")
        self.assertEqual(["WS_ACCEPT", "WS_TEXT"], [self.c.next(s).name for _ in range(2)])
        self.c.send(DISCONNECT, s, 0, struct.pack("<H", 1006))
        self.await_marks("ClientDisconnected")

    def test_credit_is_given_for_messages_taken(self):
        s = self.open("/slow")
        self.c.next(s)
        self.c.send(WS_TEXT, s, 0, b"x" * 40000)
        self.assertEqual(("CREDIT", struct.pack("<I", 40032 + 3 * 65536)), self.c.next(s)[0::3])
        self.c.send(WS_TEXT, s, 0, b"go")
        self.assertEqual("WS_CLOSE", self.c.next(s).name)
        self.c.send(CREDIT, s, 0, struct.pack("<I", 1))
        self.c.send(DISCONNECT, s, 0, struct.pack("<H", 1000))


class AsyncioWebSocketTest(WebSocketTest):
    FLAGS = ("--loop=asyncio",)


if __name__ == "__main__":
    unittest.main()
