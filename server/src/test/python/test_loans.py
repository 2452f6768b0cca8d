"""Loans: long bodies that the worker writes to the client's socket itself (PROTOCOL.md)."""

import os
import resource
import socket
import struct
import time
import unittest

from case import LentCase
from front import DISCONNECT, END, LOAN, REFUSED, Front
from test_frames import worker as corral_worker

APP = '''
import asyncio, os

errors = []
DATA = bytes(range(256)) * 4096

def start(length):
    return {"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(length).encode())]}

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    path, _, count = scope["path"][1:].partition("/")
    try:
        await globals()["do_" + path](int(count or 0), receive, send)
    except BaseException as error:
        errors.append(type(error).__name__ + " " + str(error))
        raise

async def do_whole(count, receive, send):
    await send(start(len(DATA)))
    await send({"type": "http.response.body", "body": DATA})

async def do_pieces(count, receive, send):
    await send(start(len(DATA)))
    for at in range(0, len(DATA), count):
        await send({"type": "http.response.body", "body": DATA[at : at + count], "more_body": True})
    await send({"type": "http.response.body"})

async def do_many(count, receive, send):
    await send(start(count * len(DATA)))
    for n in range(count):
        await send({"type": "http.response.body", "body": DATA, "more_body": n < count - 1})

async def do_broken(count, receive, send):
    await send(start(2 * len(DATA)))
    await send({"type": "http.response.body", "body": DATA, "more_body": True})
    raise ValueError("half way")

async def do_cancelled(count, receive, send):
    await send(start(len(DATA)))
    try:
        await asyncio.wait_for(send({"type": "http.response.body", "body": DATA}), 0.2)
    except asyncio.TimeoutError:
        pass

async def do_streamed(count, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": DATA})

async def do_errors(count, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": ";".join(errors).encode()})
    errors.clear()

async def do_descriptors(count, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(len(os.listdir("/proc/self/fd"))).encode()})
'''
DATA = bytes(range(256)) * 4096


class LoanTest(LentCase):
    SOURCE = APP
    FLAGS = ()

    def ask(self, path):
        """Sends a request and awaits that the worker asks for the socket."""
        stream = self.c.request(path=path, lendable=True)
        self.assertEqual("START", self.c.next(stream).name)
        self.assertEqual("BORROW", self.c.next(stream).name)
        return stream

    def received(self, length):
        data = bytearray()
        while len(data) < length:
            more = self.client.recv(length - len(data))
            self.assertTrue(more, "the end after %d bytes" % len(data))
            data += more
        return bytes(data)

    def sent(self, stream):
        """What SENT says in all, to the end."""
        total = 0
        while True:
            frame = self.c.next(stream)
            self.assertEqual("SENT", frame.name, frame)
            total += struct.unpack("<Q", frame.payload)[0]
            if frame.flags & END:
                return total

    def test_the_worker_writes_the_body_itself(self):
        for path, length in (("/whole", 1), ("/pieces/5000", 1), ("/pieces/65536", 1), ("/pieces/65537", 1), ("/many/3", 3)):
            with self.subTest(path):
                stream = self.c.request(path=path, lendable=True)
                self.assertEqual((200, [(b"content-length", str(length * len(DATA)).encode())], False), self.head(stream))
                before = b""
                frame = self.c.next(stream)
                while frame.name == "BODY":
                    before += frame.payload
                    frame = self.c.next(stream)
                self.assertEqual("BORROW", frame.name)
                self.c.lend(stream, self.lent.fileno())
                rest = self.received(length * len(DATA) - len(before))
                self.assertTrue(before + rest == length * DATA)
                self.assertEqual(len(rest), self.sent(stream))

    def head(self, stream):
        frame = self.c.next(stream)
        if frame.name == "RESPONSE":
            status, headers, piece = frame.payload
            self.c.pending.insert(0, frame._replace(name="BODY", payload=piece))
            return status, headers, False
        return frame.payload

    def test_nothing_is_asked_for_without_need(self):
        self.assertTrue(self.answer("/whole") == DATA)
        for path in ("/streamed", "/descriptors"):
            stream = self.c.request(path=path, lendable=True)
            self.assertNotEqual("SENT", self.c.response(stream)[3])

    def test_a_refusal_lets_the_body_go_by_frames(self):
        stream = self.ask("/whole")
        self.c.send(LOAN, stream, REFUSED, struct.pack("<I", 0))
        self.assertTrue(self.c.response(stream)[2] == DATA)

    def test_what_was_not_passed_goes_by_frames(self):
        stream = self.ask("/whole")
        self.c.send(LOAN, stream, 0, struct.pack("<I", 0))
        self.assertTrue(self.c.response(stream)[2] == DATA)
        self.assertIn("did not arrive", self.front.log())

    def test_a_slow_client_is_waited_for_and_the_front_hears_of_it(self):
        stream = self.ask("/many/4")
        self.c.lend(stream, self.lent.fileno(), 5000)
        data = self.received(1000)
        # News are due only after a quarter of a second.
        time.sleep(0.3)
        data += self.received(2 * len(DATA))
        frame = self.c.next(stream)
        self.assertEqual(("SENT", 0), (frame.name, frame.flags))
        count = struct.unpack("<Q", frame.payload)[0]
        self.assertGreater(count, 1000)
        data += self.received(4 * len(DATA) - len(data))
        self.assertTrue(data == 4 * DATA)
        self.assertEqual(len(data), count + self.sent(stream))

    def test_a_client_that_takes_nothing_is_given_up(self):
        stream = self.ask("/many/64")
        self.c.lend(stream, self.lent.fileno(), 300)
        self.assertIn(b"took nothing for 0.3 s", self.aborted(stream))
        self.assert_closed()
        self.await_answer("/errors", "ClientDisconnected")

    def aborted(self, stream):
        frame = self.c.next(stream)
        while frame.name == "SENT":
            frame = self.c.next(stream)
        self.assertEqual("ABORT", frame.name)
        return frame.payload

    def test_a_client_that_leaves_ends_the_response(self):
        stream = self.ask("/many/64")
        self.client.close()
        self.c.lend(stream, self.lent.fileno())
        self.assertIn(b"the client: ", self.aborted(stream))
        self.await_answer("/errors", "ClientDisconnected")

    def test_the_front_can_end_the_loan(self):
        stream = self.ask("/many/64")
        self.c.lend(stream, self.lent.fileno())
        self.received(100)
        self.c.send(DISCONNECT, stream)
        self.assert_closed()
        self.await_answer("/errors", "ClientDisconnected")

    def test_a_loan_that_comes_too_late_is_closed(self):
        before = self.descriptors()
        stream = self.ask("/whole")
        self.c.send(DISCONNECT, stream)
        self.c.lend(stream, self.lent.fileno())
        self.assert_closed()
        # One more: the connection that descriptors come by.
        self.await_descriptors(max(before, self.descriptors()))
        self.await_answer("/errors", "ClientDisconnected")

    def test_an_app_that_fails_half_way_ends_the_loan(self):
        stream = self.ask("/broken")
        self.c.lend(stream, self.lent.fileno())
        self.assertTrue(self.received(len(DATA)) == DATA)
        self.assertIn(b"half way", self.aborted(stream))
        self.assert_closed()
        self.answer("/errors")

    def test_a_send_that_is_cancelled_in_the_middle_ends_the_response(self):
        stream = self.ask("/cancelled")
        self.c.lend(stream, self.lent.fileno())
        self.assertIn(b"cancelled", self.aborted(stream))
        self.assert_closed()

    def test_strangers_are_not_heard(self):
        front = Front(self.SOURCE, *self.FLAGS)
        self.addCleanup(front.close)
        c = front.accept(pid=1)
        stream = c.request(path="/whole", lendable=True)
        self.assertEqual("START", c.next(stream).name)
        self.assertEqual("BORROW", c.next(stream).name)
        c.lend(stream, self.lent.fileno())
        self.assertTrue(c.response(stream)[2] == DATA)
        self.assertIn("did not arrive", front.log())

    def test_no_descriptor_is_left_behind(self):
        self.c.lend(self.ask("/whole"), self.lent.fileno())
        self.received(len(DATA))
        before = self.descriptors()
        for _ in range(20):
            stream = self.ask("/whole")
            self.c.lend(stream, self.lent.fileno())
            self.received(len(DATA))
            self.assertEqual(len(DATA), self.sent(stream))
        self.await_descriptors(before)


class LoanDeskTest(unittest.TestCase):
    """A descriptor that belongs to another client must never be taken for the next one."""

    def setUp(self):
        self.desk = corral_worker.LoanDesk()
        self.front = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(self.front.close)
        self.addCleanup(self.desk.close)
        self.front.connect("\0" + self.desk.name)
        self.front.sendall(struct.pack("<I", 7))

    def lend(self):
        """Passes a new pipe's end; returns which one it is."""
        reading, writing = os.pipe()
        self.front.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", writing))])
        os.close(writing)
        self.addCleanup(os.close, reading)
        return os.fstat(reading).st_ino

    def take(self):
        descriptor = self.desk.take(7, os.getpid())
        try:
            return os.fstat(descriptor).st_ino
        finally:
            os.close(descriptor)

    def test_descriptors_come_in_their_order(self):
        lent = [self.lend() for _ in range(3)]
        self.assertEqual(lent, [self.take() for _ in range(3)])

    def test_after_one_that_could_not_be_taken_there_are_no_more(self):
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.lend()
        free = os.dup(0)
        os.close(free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (free, limits[1]))
        try:
            self.assertRaises(OSError, self.desk.take, 7, os.getpid())
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        with self.assertRaises(OSError):
            self.lend()
            self.take()
        # What it had was let go.
        with self.assertRaises(OSError):
            self.lend()


class LoanWithoutUvloopTest(LoanTest):
    FLAGS = ("--loop=asyncio",)


WSGI = '''
import os

errors = []
DATA = bytes(range(256)) * 4096

def app(environ, start_response):
    path, _, count = environ["PATH_INFO"][1:].partition("/")
    count = int(count or 0)
    if path in ("errors", "descriptors"):
        start_response("200 OK", [])
        text = ";".join(errors) if path == "errors" else str(len(os.listdir("/proc/self/fd")))
        del errors[:]
        return [text.encode()]
    return globals()["do_" + path](count, start_response)

def answer(start_response, length):
    start_response("200 OK", [("content-length", str(length))])

def do_whole(count, start_response):
    answer(start_response, len(DATA))
    return [DATA]

def do_pieces(count, start_response):
    answer(start_response, len(DATA))
    return (DATA[at : at + count] for at in range(0, len(DATA), count))

def do_many(count, start_response):
    answer(start_response, count * len(DATA))
    return Many(count)

class Many:
    def __init__(self, count):
        self.left = count

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1
        return DATA

    def close(self):
        if self.left:
            errors.append("ClientDisconnected")

def do_broken(count, start_response):
    answer(start_response, 2 * len(DATA))
    yield DATA
    raise ValueError("half way")

def do_streamed(count, start_response):
    start_response("200 OK", [])
    return [DATA]
'''


class WsgiLoanTest(LoanTest):
    SOURCE = WSGI
    FLAGS = ("--interface=wsgi", "--threads=4")
    test_a_send_that_is_cancelled_in_the_middle_ends_the_response = None

    def test_a_loan_that_comes_too_late_is_closed(self):
        stream = self.ask("/whole")
        self.c.send(DISCONNECT, stream)
        self.c.lend(stream, self.lent.fileno())
        self.assert_closed()


if __name__ == "__main__":
    unittest.main()
