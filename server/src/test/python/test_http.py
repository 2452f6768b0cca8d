"""ASGI HTTP: messages, framing, errors, disconnects, credit (ASGI HTTP spec 2.4)."""

import marshal
import os
import unittest

from case import WorkerCase
from front import BODY, CREDIT, DISCONNECT, END, HALF, Front, http_scope

APP = '''
import asyncio, contextvars, http, json, os, sys, tempfile

handlers = {}
marks = []
gate = None

def handler(function):
    handlers["/" + function.__name__] = function
    return function

async def app(scope, receive, send):
    global gate
    if scope["type"] == "lifespan":
        gate = asyncio.Event()
        scope["state"]["shared"] = []
        scope["state"]["n"] = 0
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    return await handlers[scope["path"]](scope, receive, send)

def start(status=200, headers=(), **more):
    return dict({"type": "http.response.start", "status": status, "headers": headers}, **more)

def body(data=b"", more=False):
    return {"type": "http.response.body", "body": data, "more_body": more}

async def answer(send, text, status=200):
    await send(start(status))
    await send(body(text if isinstance(text, bytes) else str(text).encode()))

async def raised(awaitable):
    """What send() raises, as text."""
    try:
        await awaitable
    except BaseException as error:
        return "%s: %s" % (type(error).__name__, error)
    return "nothing"

@handler
async def hello(scope, receive, send):
    await answer(send, b"hello")

@handler
async def said(scope, receive, send):
    await answer(send, ",".join(marks))
    marks.clear()

@handler
async def scope_(scope, receive, send):
    scope["asgi"]["mine"] = 1
    scope["state"]["n"] += 1
    scope["state"]["shared"].append(1)
    shown = {k: v for k, v in scope.items() if k != "state"}
    await answer(send, repr((shown, scope["state"]["n"], len(scope["state"]["shared"]))))

@handler
async def echo(scope, receive, send):
    data, sizes = b"", []
    while True:
        message = await receive()
        assert message["type"] == "http.request", message
        data += message["body"]
        sizes.append(len(message["body"]))
        if not message["more_body"]:
            break
    await send(start(200, [(b"x-messages", b"%d" % len(sizes))]))
    await send(body(data))

@handler
async def minimal(scope, receive, send):
    await send({"type": "http.response.start", "status": http.HTTPStatus.CREATED})
    await send({"type": "http.response.body"})

@handler
async def kinds(scope, receive, send):
    await send(start(200, iter([[b"a", b"b"]])))
    data = bytearray(b"bytearray")
    await send(body(data, True))
    data[:] = b"XXXXXXXXX"
    view = memoryview(data)
    await send(body(view[:2], True))
    data[:] = b"YYYYYYYYY"
    await send(dict(body(b"", True), extra="ignored"))
    await send(body(b"end"))

@handler
async def wrong(scope, receive, send):
    results = []
    for message in (body(b"x"), {"type": "http.response.trailers"}, {"type": "http.response.pathsend", "path": "/x"},
                    {"type": "websocket.send", "text": "x"}, {"type": "nonsense"}, start("200"), start(199), start(600),
                    start(200, [("a", b"b")]), start(200, [(b"a", b"b\\r\\n")]), start(200, [(b"a b", b"c")])):
        results.append(await raised(send(message)))
    await send(start())
    for message in (start(), body("text"), body(None), {"type": "http.response.pathsend", "path": "relative"},
                    {"type": "http.response.trailers"}, {"type": "nonsense"}):
        results.append(await raised(send(message)))
    await send(body(b"end"))
    results.append(await raised(send(body(b"more"))))
    results.append(await raised(send(start())))
    results.append(str(await receive()))
    marks.append(json.dumps(results))

@handler
async def no_type(scope, receive, send):
    await send({})

@handler
async def fail_before(scope, receive, send):
    raise ValueError("first fault")

@handler
async def fail_between(scope, receive, send):
    await send(start())
    raise ValueError("second fault")

@handler
async def fail_after(scope, receive, send):
    await answer(send, b"complete")
    raise ValueError("third fault")

@handler
async def no_start(scope, receive, send):
    pass

@handler
async def no_end(scope, receive, send):
    await send(start())
    await send(body(b"part", True))

@handler
async def not_none(scope, receive, send):
    await answer(send, b"answered")
    return "something"

@handler
async def exits(scope, receive, send):
    sys.exit(7)

@handler
async def cancels_itself(scope, receive, send):
    raise asyncio.CancelledError()

@handler
async def interrupts(scope, receive, send):
    raise KeyboardInterrupt()

@handler
async def too_long(scope, receive, send):
    await send(start(200, [(b"content-length", b"5")]))
    await send(body(b"123", True))
    await send(body(b"456"))

@handler
async def too_short(scope, receive, send):
    await send(start(200, [(b"content-length", b"5")]))
    await send(body(b"123", True))
    await send(body(b"4"))

@handler
async def no_body_status(scope, receive, send):
    await send(start(int(scope["query_string"] or 200), [(b"content-length", b"5")]))
    await send(body(b""))

@handler
async def late_body(scope, receive, send):
    await send(start(200, [(b"a", b"b")]))
    await asyncio.sleep(0.02)
    await send(body(b"late"))

@handler
async def hints(scope, receive, send):
    await send({"type": "http.response.early_hint", "links": [b"</a>; rel=preload", b"</b>; rel=preload"]})
    await send({"type": "http.response.informational", "status": 103, "headers": [(b"x", b"y")]})
    await send(start())
    await send({"type": "http.response.early_hint", "links": [b"</c>"]})
    await send(body(b"one", True))
    await send({"type": "http.response.early_hint", "links": [b"</ignored>"]})
    await send(body(b"two"))

@handler
async def path(scope, receive, send):
    await send(start(200, [(b"content-length", b"3")]))
    await send({"type": "http.response.pathsend", "path": __file__})
    marks.append(await raised(send(body(b"x"))))

@handler
async def path_late(scope, receive, send):
    await send(start())
    await send(body(b"x", True))
    marks.append(await raised(send({"type": "http.response.pathsend", "path": __file__})))
    await send(body())

@handler
async def trailers(scope, receive, send):
    await send(start(trailers=True))
    await send(body(b"data"))
    marks.append(await raised(send(body(b"more"))))
    await send({"type": "http.response.trailers", "headers": [(b"a", b"1")], "more_trailers": True})
    await send({"type": "http.response.trailers", "headers": [(b"b", b"2")]})
    marks.append(str(await receive()))

@handler
async def big(scope, receive, send):
    await send(start())
    await send(body(b"0123456789" * 100000))
    marks.append("sent")

@handler
async def drip(scope, receive, send):
    await send(start())
    for i in range(100):
        await send(body(b"x" * 30000, True))
        marks.append("%d" % i)
    await send(body())

@handler
async def cancelled_send(scope, receive, send):
    await send(start())
    try:
        await asyncio.wait_for(send(body(b"x" * 100000, True)), 0.05)
    except asyncio.TimeoutError:
        marks.append(await raised(send(body(b"y"))))

@handler
async def cancelled_unsent(scope, receive, send):
    await send(start())
    await send(body(b"x" * 65536, True))
    try:
        await asyncio.wait_for(send(body(b"lost", True)), 0.05)
    except asyncio.TimeoutError:
        marks.append("cancelled")
        await send(body(b"end"))

@handler
async def wait_gone(scope, receive, send):
    await receive()
    await send(start())
    await send(body(b"first", True))
    marks.append((await receive())["type"])
    marks.append((await receive())["type"])
    try:
        await send(body(b"second"))
    except OSError as error:
        marks.append(type(error).__name__)
        raise

@handler
async def half(scope, receive, send):
    assert (await receive())["type"] == "http.request"
    await send(start())
    await send(body(b"begin", True))
    await send(body((await receive())["type"].encode()))

@handler
async def wait_end(scope, receive, send):
    async def listen():
        while True:
            message = await receive()
            marks.append(message["type"])
            if message["type"] == "http.disconnect":
                return
    listener = asyncio.ensure_future(listen())
    await asyncio.sleep(0.01)
    await answer(send, b"ended")
    await listener

@handler
async def gone_while_sending(scope, receive, send):
    await send(start())
    try:
        await send(body(b"x" * 100000))
    except OSError as error:
        marks.append(type(error).__name__)
        await gate.wait()

@handler
async def open_gate(scope, receive, send):
    gate.set()
    await answer(send, b"open")

@handler
async def polls(scope, receive, send):
    """What Starlette's Request.is_disconnected() does: receive() in a scope that is cancelled already."""
    def poll():
        coroutine = receive()
        try:
            coroutine.send(None)
        except StopIteration as end:
            return end.value["type"]
        try:
            coroutine.throw(asyncio.CancelledError())
        except asyncio.CancelledError:
            return "nothing"
    results = [poll(), poll(), poll()]
    await send(start())
    await send(body(b"x", True))
    await asyncio.sleep(0)
    while True:
        await asyncio.sleep(0.005)
        result = poll()
        if result != "nothing":
            break
    marks.append("|".join(results + [result, poll()]))

@handler
async def cancelled_receive(scope, receive, send):
    for _ in range(3):
        try:
            await asyncio.wait_for(receive(), 0.01)
        except asyncio.TimeoutError:
            pass
    await send(start())
    await send(body(b"ready", True))
    data = b""
    while True:
        try:
            message = await asyncio.wait_for(receive(), 0.005)
        except asyncio.TimeoutError:
            continue
        data += message["body"]
        if not message["more_body"]:
            break
    await send(body(data))

@handler
async def background(scope, receive, send):
    await answer(send, b"done")
    await asyncio.sleep(0.02)
    marks.append("background")

@handler
async def respond_unread(scope, receive, send):
    await answer(send, b"unread")
    marks.append((await receive())["type"])

variable = contextvars.ContextVar("variable", default="unset")

@handler
async def context(scope, receive, send):
    before = variable.get()
    variable.set("set")
    await answer(send, before)
'''


class HttpTest(WorkerCase):
    SOURCE = APP

    def get(self, path, **more):
        return self.c.response(self.c.request(http_scope(path=path, **more)))

    def marks(self):
        return self.get("/said")[2].decode()

    def test_a_response_in_one_message_is_one_frame(self):
        self.assertEqual((200, [], b"hello", "RESPONSE"), self.get("/hello"))

    def test_start_and_body_need_only_their_type_and_a_status(self):
        self.assertEqual((201, [], b"", "RESPONSE"), self.get("/minimal"))

    def test_the_scope_is_the_fronts_with_a_copy_of_the_state(self):
        for count in (1, 2):
            scope = http_scope(path="/scope_", query=b"a=b", headers=[(b"host", b"x")])
            shown, n, shared = eval(self.c.response(self.c.request(scope))[2].decode())
            scope["asgi"]["mine"] = 1
            self.assertEqual((scope, 1, count), (shown, n, shared))

    def test_a_body_is_delivered_once_and_whole(self):
        s = self.c.request(http_scope("POST", "/echo"), b"abc")
        self.assertEqual((200, [(b"x-messages", b"1")], b"abc", "RESPONSE"), self.c.response(s))
        s = self.c.request(http_scope("POST", "/echo"), b"")
        self.assertEqual(b"", self.c.response(s)[2])

    def test_an_app_that_keeps_up_with_a_body_gets_a_wider_window(self):
        s = self.c.request(http_scope("POST", "/echo"), b"abc", end=False)
        self.c.send(BODY, s, 0, b"d" * 40000)
        # As much of a frame as has come is given to the app at once, so that these need not be whole frames.
        first = self.credit(s) - 3 * 65536
        self.assertTrue(32768 <= first <= 40003, first)
        self.c.send(BODY, s, 0, b"e" * 140000)
        second = self.credit(s)
        self.assertTrue(2 * 65536 <= second <= 180003 - first, second)
        self.c.send(BODY, s, END, b"")
        self.assertEqual(b"abc" + b"d" * 40000 + b"e" * 140000, self.c.response(s)[2])

    def credit(self, stream):
        frame = self.c.next(stream)
        self.assertEqual("CREDIT", frame.name)
        return int.from_bytes(frame.payload, "little")

    def test_the_client_is_asked_to_continue_once_and_only_when_the_app_waits(self):
        s = self.c.request(http_scope("POST", "/echo"), end=False, expect=True)
        self.assertEqual(("CREDIT", b"\0\0\0\0"), self.c.next(s)[0::3])
        self.c.send(BODY, s, 0, b"ab")
        self.c.send(BODY, s, END, b"c")
        self.assertEqual(b"abc", self.c.response(s)[2])
        s = self.c.request(http_scope("POST", "/hello"), end=False, expect=True)
        self.assertEqual("RESPONSE", self.c.next(s).name)

    def test_bytes_like_bodies_are_sent_as_they_were_at_the_call(self):
        self.assertEqual((200, [(b"a", b"b")], b"bytearrayXXend", "BODY"), self.get("/kinds"))

    def test_wrong_messages_raise_at_the_call(self):
        self.assertEqual(b"end", self.get("/wrong")[2])
        results = eval(self.marks())
        kinds = [result.split(":")[0] for result in results]
        order, type_, value = "RuntimeError", "TypeError", "ValueError"
        self.assertEqual([order] * 5 + [type_, value, value, type_, value, value], kinds[:11])
        self.assertEqual([order, type_, type_, value, order, order], kinds[11:17])
        self.assertEqual("RuntimeError: Expected ASGI message 'http.response.start', but got 'http.response.body'.", results[0])
        self.assertEqual("RuntimeError: Expected ASGI message 'http.response.body', but got 'http.response.start'.", results[11])
        self.assertEqual(
            "RuntimeError: Unexpected ASGI message 'http.response.body' sent, after response already completed.", results[17]
        )
        self.assertEqual("{'type': 'http.disconnect'}", results[19])

    def aborted(self, path, frames, log, **more):
        s = self.c.request(http_scope(path=path, **more))
        names = []
        while not names or names[-1] != "ABORT":
            names.append(self.c.next(s).name)
        self.assertEqual(frames + ["ABORT"], names)
        self.front.await_log(log)

    def test_an_app_that_fails_aborts_its_request_only(self):
        self.aborted("/fail_before", [], "ValueError: first fault")
        self.front.await_log("Exception in ASGI application")
        self.aborted("/fail_between", ["START"], "ValueError: second fault")
        self.assertEqual(b"complete", self.get("/fail_after")[2])
        self.front.await_log("ValueError: third fault")
        self.aborted("/no_type", [], "KeyError: 'type'")
        self.aborted("/exits", [], "SystemExit: 7")
        self.aborted("/cancels_itself", [], "asyncio.exceptions.CancelledError")
        self.aborted("/interrupts", [], "KeyboardInterrupt")
        self.assertEqual(b"hello", self.get("/hello")[2])

    def test_an_app_that_ends_too_early_aborts_its_request(self):
        self.aborted("/no_start", [], "ASGI callable returned without starting response.")
        self.aborted("/no_end", ["RESPONSE"], "ASGI callable returned without completing response.")

    def test_a_result_is_complained_about(self):
        self.assertEqual(b"answered", self.get("/not_none")[2])
        self.front.await_log("ASGI callable should return None, but returned 'something'.")

    def test_a_body_must_be_as_long_as_content_length_says(self):
        self.aborted("/too_long", ["RESPONSE"], "Response content longer than Content-Length")
        self.aborted("/too_short", ["RESPONSE"], "Response content shorter than Content-Length")

    def test_responses_without_body_may_say_its_length(self):
        self.assertEqual(200, self.get("/no_body_status", method="HEAD")[0])
        self.assertEqual(304, self.get("/no_body_status", query=b"304")[0])
        self.assertEqual(204, self.get("/no_body_status", query=b"204")[0])

    def test_a_head_does_not_wait_for_a_late_body(self):
        s = self.c.request(http_scope(path="/late_body"))
        self.assertEqual(("START", (200, [(b"a", b"b")], False)), self.c.next(s)[0::3])
        self.assertEqual(("BODY", END, b"late"), self.c.next(s)[0::2] + (b"late",))

    def test_early_hints_come_before_the_head(self):
        s = self.c.request(http_scope(path="/hints"))
        frames = [self.c.next(s) for _ in range(5)]
        self.assertEqual(["INFORM", "INFORM", "INFORM", "RESPONSE", "BODY"], [frame.name for frame in frames])
        self.assertEqual((103, [(b"link", b"</a>; rel=preload"), (b"link", b"</b>; rel=preload")]), frames[0].payload)
        self.assertEqual((103, [(b"x", b"y")]), frames[1].payload)
        self.assertEqual("RESPONSE", self.c.next(self.c.request(http_scope(path="/hints", version="1.0"))).name)

    def test_a_path_is_sent_in_place_of_a_body(self):
        s = self.c.request(http_scope(path="/path"))
        self.assertEqual("START", self.c.next(s).name)
        frame = self.c.next(s)
        self.assertEqual(("PATHSEND", END), frame[0::2][:2])
        self.assertTrue(os.path.samefile(frame.payload, os.path.join(self.front.folder, "app_under_test.py")))
        self.assertIn("after response already completed", self.marks())

    def test_a_path_is_refused_after_a_body_or_when_not_offered(self):
        self.assertEqual(b"x", self.get("/path_late")[2])
        self.assertIn("RuntimeError", self.marks())
        self.aborted("/path", ["START"], "Expected ASGI message 'http.response.body', but got 'http.response.pathsend'", extensions={})

    def test_trailers_go_out_when_they_were_offered(self):
        s = self.c.request(http_scope(path="/trailers", extensions={"http.response.trailers": {}}))
        self.assertEqual(("START", (200, [], True)), self.c.next(s)[0::3])
        self.assertEqual(("BODY", 0), self.c.next(s)[0::2])
        self.assertEqual(("TRAILERS", [(b"a", b"1"), (b"b", b"2")]), self.c.next(s)[0::3])
        self.await_marks(
            "RuntimeError: Expected ASGI message 'http.response.trailers', but got 'http.response.body'.,{'type': 'http.disconnect'}"
        )

    def test_trailers_are_left_out_otherwise(self):
        self.assertEqual((200, [], b"data", "RESPONSE"), self.get("/trailers"))
        self.assertIn("http.disconnect", self.marks())

    def test_a_body_larger_than_the_credit_waits_for_more(self):
        s = self.c.request(http_scope(path="/big"))
        frame = self.c.next(s)
        self.assertEqual(("RESPONSE", 65536, 0), (frame.name, len(frame.payload[2]), frame.flags))
        self.assertEqual("", self.marks())
        self.c.credit(s, 10)
        self.assertEqual(10, len(self.c.next(s).payload))
        self.c.credit(s, 2000000)
        frame = self.c.next(s)
        self.assertEqual((1000000 - 65546, END), (len(frame.payload), frame.flags))
        self.await_marks("sent")

    def test_what_the_socket_does_not_take_at_once_follows_in_order(self):
        streams = [self.c.request(http_scope(path="/big")) for _ in range(3)]
        for s in streams:
            self.c.credit(s, 2000000)
        whole = b"0123456789" * 100000
        for s in streams:
            # Compared without assertEqual, which would take minutes to show how a million bytes differ.
            self.assertTrue(whole == self.c.response(s)[2])
        self.await_marks("sent,sent,sent")

    def test_a_slow_client_holds_only_its_own_response(self):
        s = self.c.request(http_scope(path="/drip"))
        size = 0
        while size < 65536:
            frame = self.c.next(s)
            size += len(frame.payload[2] if frame.name == "RESPONSE" else frame.payload)
        self.assertEqual(65536, size)
        self.assertEqual(b"hello", self.get("/hello")[2])
        self.assertEqual("0,1", self.marks())
        self.c.credit(s, 65536)
        self.assertEqual(3000000 - 65536, len(self.c.response(s)[2]))
        self.marks()

    def test_a_send_cancelled_in_the_middle_ends_the_response(self):
        s = self.c.request(http_scope(path="/cancelled_send"))
        names = [self.c.next(s).name]
        while names[-1] != "ABORT":
            names.append(self.c.next(s).name)
        self.assertIn(names, (["RESPONSE", "ABORT"], ["START", "BODY", "ABORT"]))
        self.await_marks("RuntimeError: Unexpected ASGI message 'http.response.body' sent, after response already completed.")

    def test_a_send_cancelled_before_it_began_does_not(self):
        s = self.c.request(http_scope(path="/cancelled_unsent"))
        self.assertEqual("RESPONSE", self.c.next(s).name)
        self.await_marks("cancelled")
        self.c.credit(s, 100)
        self.assertEqual(("BODY", END, b"end"), self.c.next(s)[0::2] + (b"end",))

    def test_a_client_that_leaves_is_known_to_receive_and_send(self):
        s = self.c.request(http_scope(path="/wait_gone"))
        self.assertEqual("RESPONSE", self.c.next(s).name)
        self.c.send(DISCONNECT, s)
        self.await_marks("http.disconnect,http.disconnect,ClientDisconnected")
        self.assertFalse("in wait_gone" in self.log_of(s), "a traceback is in the log")

    def test_a_client_that_closes_its_sending_side_is_gone_for_receive_only(self):
        s = self.c.request(http_scope(path="/half"))
        self.assertEqual("RESPONSE", self.c.next(s).name)
        self.c.send(DISCONNECT, s, HALF)
        frame = self.c.next(s)
        self.assertEqual(("BODY", END, b"http.disconnect"), (frame.name, frame.flags, frame.payload))

    def test_a_client_that_leaves_ends_a_waiting_send_and_the_app_goes_on(self):
        s = self.c.request(http_scope(path="/gone_while_sending"))
        self.assertEqual("RESPONSE", self.c.next(s).name)
        self.c.send(DISCONNECT, s)
        self.await_marks("ClientDisconnected")
        self.get("/open_gate")

    def test_receive_waits_after_the_body_until_the_response_is_complete(self):
        self.assertEqual(b"ended", self.get("/wait_end")[2])
        self.await_marks("http.request,http.disconnect")

    def test_receive_never_suspends_when_it_knows(self):
        s = self.c.request(http_scope(path="/polls"))
        self.assertEqual("RESPONSE", self.c.next(s).name)
        self.c.send(DISCONNECT, s)
        self.await_marks("http.request|nothing|nothing|http.disconnect|http.disconnect")

    def test_a_cancelled_receive_loses_nothing(self):
        s = self.c.request(http_scope("POST", "/cancelled_receive"), b"", end=False)
        self.assertEqual("RESPONSE", self.c.next(s).name)
        for i in range(20):
            self.c.send(BODY, s, END if i == 19 else 0, b"%d " % i)
        self.assertEqual(b" ".join(b"%d" % i for i in range(20)) + b" ", self.c.response(s)[2])

    def test_an_app_may_go_on_after_its_response(self):
        self.assertEqual(b"done", self.get("/background")[2])
        self.await_marks("background")

    def test_an_unread_body_is_forgotten_with_the_response(self):
        s = self.c.request(http_scope("POST", "/respond_unread"), b"x", end=False)
        self.assertEqual(b"unread", self.c.response(s)[2])
        self.c.send(BODY, s, END, b"crossed the end")
        self.c.send(CREDIT, s, 0, b"\1\0\0\0")
        self.c.send(DISCONNECT, s)
        self.await_marks("http.disconnect")

    def test_many_streams_share_a_connection(self):
        streams = [self.c.request(http_scope("POST", "/echo"), b"%d" % i) for i in range(500)]
        for i, s in enumerate(streams):
            self.assertEqual(b"%d" % i, self.c.response(s)[2])

    def test_a_ping_is_answered(self):
        self.c.send(0x08, 0, 0, b"abcdefgh")
        self.assertEqual(("PONG", b"abcdefgh"), self.c.next(0)[0::3])

    def test_context_variables_of_a_request_stay_in_it(self):
        self.assertEqual([b"unset", b"unset"], [self.get("/context")[2] for _ in range(2)])


class AsyncioHttpTest(HttpTest):
    FLAGS = ("--loop=asyncio", "--reset-contextvars=true", "--log-level=trace")


class MemoryTest(unittest.TestCase):
    SOURCE = '''
        import asyncio
        async def app(scope, receive, send):
            if scope["type"] != "http":
                raise RuntimeError
            if scope["path"] == "/up":
                size = 0
                while True:
                    message = await receive()
                    size += len(message["body"])
                    if not message["more_body"]:
                        break
                await send({"type": "http.response.start", "status": 200})
                await send({"type": "http.response.body", "body": b"%d" % size})
            else:
                await send({"type": "http.response.start", "status": 200})
                chunk = bytes(1 << 20)
                for _ in range(int(scope["query_string"])):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await send({"type": "http.response.body"})
        '''

    @staticmethod
    def resident(pid, field="VmRSS"):
        with open("/proc/%d/status" % pid) as file:
            return next(int(line.split()[1]) for line in file if line.startswith(field)) / 1024

    def test_large_bodies_keep_the_worker_small(self):
        with Front(self.SOURCE) as front:
            c = front.accept()
            c.response(c.request(query=b"1"))
            before = self.resident(front.process.pid)
            s = c.request(query=b"128")
            size = 0
            while True:
                frame = c.next(s)
                piece = len(frame.payload[2] if frame.name == "RESPONSE" else frame.payload)
                size += piece
                if frame.flags & END:
                    break
                c.credit(s, piece)
            self.assertEqual(128 << 20, size)
            s = c.request(http_scope("POST", "/up"), end=False)
            piece, left, credit = bytes(65536), 2048, 65536
            while left:
                if credit >= 65536:
                    c.send(BODY, s, 0, piece)
                    left -= 1
                    credit -= 65536
                else:
                    credit += int.from_bytes(c.next(s).payload, "little")
            c.send(BODY, s, END, b"")
            self.assertEqual(b"%d" % (128 << 20), c.response(s)[2])
            self.assertLess(self.resident(front.process.pid, "VmHWM") - before, 32)


if __name__ == "__main__":
    unittest.main()
