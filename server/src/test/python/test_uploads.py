"""Long bodies of requests, which the worker reads from the client's socket itself (PROTOCOL.md, Loans)."""

import hashlib
import os
import struct
import unittest

from case import LentCase
from front import BODY_LOAN, DISCONNECT, END, REFUSED, Front

APP = '''
import asyncio, hashlib, os

notes = []
DATA = b"x" * 1000000

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await globals()["do_" + scope["path"][1:]](receive, send)

async def answer(send, text):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": text.encode()})

async def take(receive):
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            notes.append("disconnect after %d" % len(body))
            return None
        body += message["body"]
        if not message["more_body"]:
            return body

def told(body):
    return "%d %s" % (len(body), hashlib.md5(body).hexdigest())

async def do_sum(receive, send):
    body = await take(receive)
    if body is not None:
        await answer(send, told(body))

async def do_early(receive, send):
    first = (await receive())["body"]
    second = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"begun ", "more_body": True})
    await send({"type": "http.response.body", "body": told(first + second + await take(receive)).encode()})

async def do_at_once(receive, send):
    first = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": told(first + await take(receive)).encode()})

async def do_nothing(receive, send):
    await answer(send, "nothing")

async def do_fail(receive, send):
    await receive()
    await receive()
    raise ValueError("half way")

async def do_cancel(receive, send):
    body = b""
    more = True
    while more:
        try:
            message = await asyncio.wait_for(receive(), 0.05)
        except asyncio.TimeoutError:
            notes.append("cancelled")
            continue
        body += message["body"]
        more = message["more_body"]
    await answer(send, told(body))

async def do_two(receive, send):
    parts = []
    async def one():
        while not parts or parts[-1]["more_body"]:
            parts.append(await receive())
            await asyncio.sleep(0)
    await receive()
    first = asyncio.create_task(one())
    await asyncio.wait([first, asyncio.create_task(one())], return_when=asyncio.FIRST_COMPLETED)
    await answer(send, str(sum(len(part["body"]) for part in parts)))

async def do_notes(receive, send):
    text = ",".join(notes)
    notes.clear()
    await answer(send, text)

async def do_descriptors(receive, send):
    await answer(send, str(len(os.listdir("/proc/self/fd"))))
'''
FIRST = os.urandom(65536)
REST = os.urandom(300000)


def told(body):
    return b"%d %s" % (len(body), hashlib.md5(body).hexdigest().encode())


class UploadTest(LentCase):
    SOURCE = APP
    FLAGS = ()

    def begin(self, path, body=FIRST):
        return self.c.request(path=path, body=body, end=False, lendable=True, long=True)

    def ask(self, path):
        """Sends the beginning of a long request and awaits that the worker asks for the rest."""
        stream = self.begin(path)
        self.assertEqual("BORROW_BODY", self.c.next(stream).name)
        return stream

    def lend(self, stream, left=len(REST)):
        self.c.lend_body(stream, self.lent.fileno(), left)

    def returned(self, stream):
        """How much the worker says to have read, and whether that was all."""
        frame = self.c.next(stream)
        self.assertEqual("RECEIVED", frame.name, frame)
        return struct.unpack("<Q", frame.payload)[0], bool(frame.flags & END)

    def credit(self, stream):
        frame = self.c.next(stream)
        self.assertEqual("CREDIT", frame.name, frame)
        return struct.unpack("<I", frame.payload)[0]

    def send_by_frames(self, stream, data, credit):
        """Sends the end of a body as credit allows it."""
        while data:
            while credit <= 0:
                credit += self.credit(stream)
            self.c.send(0x03, stream, 0 if data[credit:] else END, data[:credit])
            data, credit = data[credit:], credit - len(data[:credit])

    def await_note(self, note):
        self.await_answer("/notes", note)

    @staticmethod
    def gone_after(count):
        """What the app notes when it was told that the client is gone, after so many bytes."""
        return "disconnect after %d" % count

    def test_the_worker_reads_the_body_itself(self):
        stream = self.ask("/sum")
        self.lend(stream)
        self.client.sendall(REST)
        self.assertEqual((len(REST), True), self.returned(stream))
        self.assertEqual(told(FIRST + REST), self.c.response(stream)[2])

    def test_what_comes_by_frames_before_is_first(self):
        stream = self.ask("/sum")
        self.c.send(0x03, stream, 0, b"between" * 5000)
        self.lend(stream)
        self.client.sendall(REST)
        self.assertEqual((len(REST), True), self.returned(stream))
        self.assertEqual(told(FIRST + b"between" * 5000 + REST), self.c.response(stream)[2])

    def test_what_comes_after_the_body_stays(self):
        stream = self.ask("/sum")
        self.client.sendall(REST[:100])
        self.lend(stream)
        for at in range(100, len(REST), 9000):
            self.client.sendall(REST[at : at + 9000])
        self.client.sendall(b"GET /next")
        self.assertEqual((len(REST), True), self.returned(stream))
        self.assertEqual(told(FIRST + REST), self.c.response(stream)[2])
        self.assertEqual(b"GET /next", self.lent.recv(100))

    def test_nothing_is_asked_for_without_need(self):
        self.assertEqual(b"nothing", self.c.response(self.begin("/nothing"))[2])
        stream = self.c.request(path="/sum", body=FIRST, end=False, lendable=True)
        self.assertEqual(len(FIRST), self.credit(stream) % (3 * 65536))
        self.c.send(0x03, stream, END, REST[:65536])
        self.assertEqual(told(FIRST + REST[:65536]), self.c.response(stream)[2])

    def test_a_refusal_lets_the_body_come_by_frames(self):
        stream = self.ask("/sum")
        self.c.send(BODY_LOAN, stream, REFUSED, struct.pack("<Q", 0))
        self.send_by_frames(stream, REST, 65536 - len(FIRST))
        self.assertEqual(told(FIRST + REST), self.c.response(stream)[2])

    def test_what_was_not_passed_comes_by_frames(self):
        front = Front(self.SOURCE, *self.FLAGS)
        self.addCleanup(front.close)
        self.c = front.accept(pid=os.getpid())
        stream = self.ask("/sum")
        self.c.send(BODY_LOAN, stream, 0, struct.pack("<Q", len(REST)))
        self.assertEqual((0, False), self.returned(stream))
        self.assertIn("did not arrive", front.log())
        self.send_by_frames(stream, REST, 65536 - len(FIRST))
        self.assertEqual(told(FIRST + REST), self.c.response(stream)[2])

    def test_it_goes_back_when_nothing_comes(self):
        stream = self.ask("/sum")
        self.lend(stream)
        self.client.sendall(REST[:70000])
        self.assertEqual((70000, False), self.returned(stream))
        self.assert_closed()
        self.send_by_frames(stream, REST[70000:], 65536 - len(FIRST))
        self.assertEqual(told(FIRST + REST), self.c.response(stream)[2])

    def test_the_front_meets_the_client_s_end_itself(self):
        stream = self.ask("/sum")
        self.lend(stream)
        self.client.sendall(REST[:70000])
        self.client.close()
        self.assertEqual((70000, False), self.returned(stream))
        self.c.send(DISCONNECT, stream)
        self.await_note(self.gone_after(len(FIRST) + 70000))

    def test_the_front_can_end_the_loan(self):
        stream = self.ask("/sum")
        self.lend(stream)
        self.client.sendall(REST[:100])
        self.c.send(DISCONNECT, stream)
        self.assert_closed()
        self.await_note("disconnect after ")

    def test_a_loan_that_comes_too_late_is_closed(self):
        stream = self.ask("/sum")
        self.c.send(DISCONNECT, stream)
        self.lend(stream)
        self.assert_closed()
        self.await_note(self.gone_after(len(FIRST)))

    def test_a_response_ends_the_loan(self):
        stream = self.ask("/early")
        self.lend(stream)
        self.client.sendall(REST[:1000])
        self.assertEqual((1000, False), self.returned(stream))
        self.assertEqual(len(FIRST), self.credit(stream))
        self.assertEqual("RESPONSE", self.c.next(stream).name)
        self.send_by_frames(stream, REST[1000:], 65536)
        frame = self.c.next(stream)
        while frame.name == "CREDIT":
            frame = self.c.next(stream)
        self.assertEqual(("BODY", told(FIRST + REST)), (frame.name, frame.payload))

    def test_a_response_before_the_loan_ends_it_too(self):
        stream = self.ask("/at_once")
        frame = self.c.next(stream)
        credit = 65536 - len(FIRST)
        while frame.name == "CREDIT":
            credit += struct.unpack("<I", frame.payload)[0]
            frame = self.c.next(stream)
        self.assertIn(frame.name, ("START", "RESPONSE"))
        self.lend(stream)
        self.assertEqual((0, False), self.returned(stream))
        self.assert_closed()
        self.send_by_frames(stream, REST, credit)
        self.assertEqual(told(FIRST + REST), self.c.response(stream)[2])

    def test_an_app_that_fails_ends_the_loan(self):
        stream = self.ask("/fail")
        self.lend(stream)
        self.client.sendall(REST[:1000])
        frame = self.c.next(stream)
        while frame.name in ("RECEIVED", "CREDIT"):
            frame = self.c.next(stream)
        self.assertEqual(("ABORT", b"ValueError: half way"), (frame.name, frame.payload))
        self.assert_closed()

    def test_a_receive_that_is_cancelled_loses_nothing(self):
        stream = self.ask("/cancel")
        self.lend(stream)
        for at in range(0, len(REST), 60000):
            self.await_note("cancelled")
            self.client.sendall(REST[at : at + 60000])
        self.assertEqual((len(REST), True), self.returned(stream))
        self.assertEqual(told(FIRST + REST), self.c.response(stream)[2])

    def test_two_may_receive_at_once(self):
        stream = self.ask("/two")
        self.lend(stream)
        for at in range(0, len(REST), 60000):
            self.client.sendall(REST[at : at + 60000])
            self.answer("/notes")
        self.assertEqual((len(REST), True), self.returned(stream))
        self.assertEqual(str(len(REST)).encode(), self.c.response(stream)[2])

    def test_no_descriptor_is_left_behind(self):
        before = 0
        for _ in range(20):
            stream = self.ask("/sum")
            self.lend(stream)
            self.client.sendall(REST)
            self.assertEqual((len(REST), True), self.returned(stream))
            self.c.response(stream)
            before = before or self.descriptors()
        self.await_descriptors(before)

    def test_a_loan_without_length_breaks_the_protocol(self):
        front = Front(self.SOURCE, *self.FLAGS)
        self.addCleanup(front.close)
        self.c = front.accept(pid=os.getpid())
        stream = self.ask("/sum")
        self.c.send(BODY_LOAN, stream, 0, b"")
        front.await_log("The front broke the protocol: frame 0x0e of stream %d: 0 bytes" % stream)


class UploadWithoutUvloopTest(UploadTest):
    FLAGS = ("--loop=asyncio",)


WSGI = '''
import hashlib, os

notes = []

def app(environ, start_response):
    return globals()["do_" + environ["PATH_INFO"][1:]](environ["wsgi.input"], start_response)

def answer(start_response, text):
    start_response("200 OK", [])
    return [text.encode()]

def told(body):
    return "%d %s" % (len(body), hashlib.md5(body).hexdigest())

def take(body):
    parts = []
    try:
        while not parts or parts[-1]:
            parts.append(body.read(50000))
    except OSError:
        notes.append("disconnect after ")
        raise
    return b"".join(parts)

def do_sum(body, start_response):
    return answer(start_response, told(take(body)))

def do_all(body, start_response):
    first = body.read(3)
    return answer(start_response, told(first + body.read()))

def do_early(body, start_response):
    first = body.read(65536) + body.read(1000)
    write = start_response("200 OK", [])
    write(b"begun ")
    return [told(first + take(body)).encode()]

def do_at_once(body, start_response):
    first = body.read(65536)
    write = start_response("200 OK", [])
    write(b"")
    return [told(first + take(body)).encode()]

def do_nothing(body, start_response):
    return answer(start_response, "nothing")

def do_fail(body, start_response):
    body.read(65536)
    body.read(1000)
    raise ValueError("half way")

def do_notes(body, start_response):
    text = ",".join(notes)
    del notes[:]
    return answer(start_response, text)

def do_descriptors(body, start_response):
    return answer(start_response, str(len(os.listdir("/proc/self/fd"))))
'''


class WsgiUploadTest(UploadTest):
    SOURCE = WSGI
    FLAGS = ("--interface=wsgi", "--threads=4")
    test_a_receive_that_is_cancelled_loses_nothing = None
    test_two_may_receive_at_once = None

    @staticmethod
    def gone_after(count):
        # A read that fails does not tell how much it had.
        return "disconnect after "

    def test_all_at_once(self):
        stream = self.ask("/all")
        self.lend(stream)
        self.client.sendall(REST)
        self.assertEqual((len(REST), True), self.returned(stream))
        self.assertEqual(told(FIRST + REST), self.c.response(stream)[2])


if __name__ == "__main__":
    unittest.main()
