"""The Python side of corral's application server: hosts one ASGI or WSGI app behind the front.

Four parts, in this order: frames (no I/O), stream states (what an app may send and what it receives), the shell (connections to
the front, lifecycle, WSGI threads), main (flags, import of the app, logging, notifications). PROTOCOL.md is the contract with
the front, OPTIONS.md that with whoever starts it. Standard library only, Python 3.8 and newer, uvloop if it can be imported.
"""

import asyncio
import contextvars
import faulthandler
import gc
import inspect
import io
import logging
import marshal
import mmap
import os
import queue
import re
import select
import signal
import socket
import stat
import struct
import sys
import threading
import time
import traceback
from urllib.parse import quote, unquote_to_bytes

VERSION = "0.1.0"
TRACE = 5

# ---------------------------------------------------------------------------------------------------------------- part 1: frames

HELLO, REQUEST, BODY, CREDIT, DISCONNECT, WS_TEXT, WS_BINARY, PING, STOP, DUE, GOING, LAST, LOAN, BODY_LOAN = range(0x01, 0x0F)
OUT_HELLO, OUT_START, OUT_BODY, OUT_RESPONSE, OUT_CREDIT, OUT_PATHSEND, OUT_TRAILERS, OUT_INFORM, OUT_ABORT = range(0x41, 0x4A)
OUT_PONG, OUT_STOPPING, OUT_READY = 0x4A, 0x4B, 0x4C
OUT_WS_ACCEPT, OUT_WS_TEXT, OUT_WS_BINARY, OUT_WS_CLOSE, OUT_BORROW, OUT_SENT, OUT_BORROW_BODY, OUT_RECEIVED = range(0x4D, 0x55)

END, EXPECT, HALF, REFUSED, LENDABLE, LONG = 0x01, 0x02, 0x02, 0x02, 0x04, 0x08
WINDOW = 65536
WS_COST = 32
# A response of at least so many bytes is written to the client's socket itself, where that can be had; in pieces of AT_ONCE, with
# news for the front each NEWS_AFTER seconds. ON_LOAN is more than any credit.
LOAN_AT = 128 * 1024
AT_ONCE = 1 << 20
NEWS_AFTER = 0.25
ON_LOAN = 1 << 62
# Of a long request's body so much is read from the client's socket at once; it goes back to the front when nothing came for so many seconds.
READ_AT_ONCE = 256 * 1024
BODY_PATIENCE = 1.0
MARSHAL = 2
MAX_FRAME = (1 << 30) + 65536

_header = struct.Struct("<IIBBH")
_bytes_head = struct.Struct("<cI")
pack_header = _header.pack
unpack_header = _header.unpack_from
pack_bytes_head = _bytes_head.pack
pack_u32 = struct.Struct("<I").pack
unpack_u32 = struct.Struct("<I").unpack
pack_u16 = struct.Struct("<H").pack
pack_u64 = struct.Struct("<Q").pack
unpack_u64 = struct.Struct("<Q").unpack
unpack_u16 = struct.Struct("<H").unpack_from
loads = marshal.loads
dumps = marshal.dumps


class FrameError(Exception):
    """The front broke the protocol; the text names the frame."""


class FrameReader:
    """
    Cuts what arrives on a connection into frames. Bytes of an incomplete frame are kept, and copied once when it is complete; those of
    a body are handed on as they come, as if they were several frames.
    """

    __slots__ = ("_parts", "_have", "_need", "_body_left", "_body_stream", "_body_flags")

    def __init__(self):
        self._parts = None
        self._have = self._need = 0
        self._body_left = self._body_stream = self._body_flags = 0

    def feed(self, data):
        """Returns the frames that data completes, as a list of (type, stream, flags, payload)."""
        frames = []
        at = 0
        if self._body_left:
            at = self._rest_of_body(frames, data)
            if at == len(data):
                return frames
        elif self._parts is not None:
            self._parts.append(data)
            self._have += len(data)
            if self._have < self._need:
                return frames
            data = b"".join(self._parts)
            self._parts = None
        end = len(data)
        while end - at >= 12:
            length, stream, kind, flags, zero = unpack_header(data, at)
            if zero or length > MAX_FRAME:
                raise FrameError("frame 0x%02x of stream %d: length %d, last field %d" % (kind, stream, length, zero))
            begin = at + 12
            after = begin + length
            if after > end:
                if kind == BODY and begin < end:
                    frames.append((BODY, stream, flags & ~END, data[begin:end]))
                    self._body_stream, self._body_flags, self._body_left = stream, flags, after - end
                else:
                    self._keep(data, at, end, 12 + length)
                return frames
            frames.append((kind, stream, flags, data[begin:after]))
            at = after
        if at < end:
            self._keep(data, at, end, 12)
        return frames

    def _rest_of_body(self, frames, data):
        size = len(data)
        if size > self._body_left:
            size = self._body_left
            payload = data[:size]
        else:
            payload = data
        self._body_left -= size
        flags = self._body_flags & ~END if self._body_left else self._body_flags
        frames.append((BODY, self._body_stream, flags, payload))
        return size

    def _keep(self, data, at, end, need):
        self._parts = [data[at:] if at else data]
        self._have = end - at
        self._need = need


def frame(kind, stream, flags, payload):
    """One whole frame as bytes."""
    return pack_header(len(payload), stream, kind, flags, 0) + payload


_is_token = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_is_value = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*").fullmatch
_is_length = re.compile(rb"[0-9]{1,18}").fullmatch
_is_subprotocol = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch


def checked_headers(headers, forbidden=()):
    """
    The app's headers as a list of (bytes, bytes) that may go on the wire. Names must be tokens, values without controls except
    HTAB (RFC 9110 5.5), both bytes; transfer-encoding is left out, since the front frames messages itself.
    """
    checked = []
    for name, value in headers:
        name = name if type(name) is bytes else _as_bytes(name, "header name")
        value = value if type(value) is bytes else _as_bytes(value, "header value")
        if not _is_token(name):
            raise ValueError("invalid response header name %r" % name)
        if not _is_value(value):
            raise ValueError("invalid value of response header %r: %r" % (name, value))
        lower = name.lower()
        if lower in forbidden:
            raise ValueError("response header %r is not allowed here" % name)
        if lower != b"transfer-encoding":
            checked.append((name, value))
    return checked


def _as_bytes(value, what):
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise TypeError("%s must be bytes, not %s" % (what, type(value).__name__))


class HeadCache:
    """
    Checked and marshalled response heads by (status, headers): apps send the same few again and again. Bounded; forgets all
    when it is full. An entry is (marshal of the tuple's beginning and its first two elements, content-length or -1).
    """

    __slots__ = ("_entries",)
    LIMIT = 512
    MAX_HEADERS = 24
    MAX_ENTRY = 2048

    def __init__(self):
        self._entries = {}

    def get(self, status, headers):
        """Entry of this head. Raises TypeError or ValueError when it is none that an app may send."""
        headers = tuple(headers)
        key = (status, headers)
        try:
            entry = self._entries.get(key)
        except TypeError:
            return self._entry(status, headers)
        if entry is None:
            entry = self._entry(status, headers)
            if len(headers) <= self.MAX_HEADERS and len(entry[0]) <= self.MAX_ENTRY:
                if len(self._entries) >= self.LIMIT:
                    self._entries.clear()
                self._entries[key] = entry
        return entry

    @staticmethod
    def _entry(status, headers):
        if not isinstance(status, int):
            raise TypeError("status must be an int, not %s" % type(status).__name__)
        status = int(status)
        if not 200 <= status <= 599:
            raise ValueError("status must be 200-599, not %d" % status)
        checked = checked_headers(headers)
        lengths = {value for name, value in checked if name.lower() == b"content-length"}
        if not lengths:
            length = -1
        else:
            text = lengths.pop()
            if lengths or not _is_length(text):
                raise ValueError("invalid content-length of a response")
            length = int(text)
            checked = _without_repeated_length(checked)
        return b"(\x03\x00\x00\x00" + dumps(status, MARSHAL) + dumps(checked, MARSHAL), length


def _without_repeated_length(headers):
    seen = False
    result = []
    for pair in headers:
        if pair[0].lower() == b"content-length":
            if seen:
                continue
            seen = True
        result.append(pair)
    return result


def cut_reason(reason):
    """Reason of a WebSocket close as UTF-8 of at most 123 bytes, cut between characters (RFC 6455 5.5.1)."""
    encoded = (reason or "").encode("utf-8")
    if len(encoded) > 123:
        encoded = encoded[:123].decode("utf-8", "ignore").encode("utf-8")
    return encoded


# -------------------------------------------------------------------------------------------------------- part 2: stream states


class ClientDisconnected(ConnectionResetError):
    """The client of this request or WebSocket is gone; what send() raises from then on."""


def is_disconnect(error):
    """Whether an app ended with error only because its client was gone, which is nothing to complain about."""
    if isinstance(error, ClientDisconnected):
        return True
    members = getattr(error, "exceptions", None)
    if isinstance(members, tuple) and members:
        return all(map(is_disconnect, members))
    if type(error).__name__ in ("ClientDisconnect", "WebSocketDisconnect"):
        cause = error.__cause__ or error.__context__
        return cause is None or is_disconnect(cause)
    return False


def plain_bytes(body):
    """The body as something that may be sent later: bytes-like objects that can change are copied."""
    if isinstance(body, bytes):
        return body
    if isinstance(body, (bytearray, memoryview)):
        return bytes(body)
    raise TypeError("body must be bytes, not %s" % type(body).__name__)


class Stream:
    """What HTTP requests and WebSockets have in common. All methods run on the event loop's thread, except those of WSGI's part."""

    __slots__ = ("connection", "number", "scope", "credit", "due", "widened", "gone", "waiters", "cancelled")

    def __init__(self, connection, number, scope):
        self.connection = connection
        self.number = number
        self.scope = scope
        self.credit = connection.window
        self.due = 0
        self.widened = False
        self.gone = False
        self.waiters = None
        self.cancelled = False

    async def _wait(self):
        """Suspends until something changed; may return for nothing. Takes no message, so that a cancelled caller loses none."""
        future = self.connection.loop.create_future()
        if self.waiters is None:
            self.waiters = [future]
        else:
            self.waiters.append(future)
        try:
            await future
        finally:
            self.waiters.remove(future)

    def _wake(self):
        for future in self.waiters:
            if not future.done():
                future.set_result(None)

    def on_credit(self, amount):
        """The front takes so many bytes more."""
        self.credit += amount
        if self.waiters:
            self._wake()

    def on_half_close(self, payload):
        """The client closed its sending side, or is to go: receive() says so, what is sent still arrives."""

    def is_over(self):
        """Whether the app may have ended because of the client's end."""
        return self.gone

    def close_now(self):
        """The time is nearly up; only WebSockets have something to say then."""

    def on_loan(self, descriptor, patience):
        """The answer to a question for the client's socket, which only HTTP responses ask."""
        if descriptor >= 0:
            os.close(descriptor)
        raise FrameError("frame 0x0d of stream %d: nobody has asked for it" % self.number)

    def on_body_loan(self, descriptor, left):
        """The answer to a question for the rest of the request's body, which only HTTP requests ask."""
        if descriptor >= 0:
            os.close(descriptor)
        raise FrameError("frame 0x0e of stream %d: nobody has asked for it" % self.number)

    def _emit(self, kind, flags, payload):
        self.connection.emit(kind, self.number, flags, payload)

    def _give(self, amount, more_waits):
        """Accounts request bytes taken by the app; the front hears of it when half of what it may send at once is due."""
        self.due += amount
        window = self.connection.window
        if self.widened:
            if self.due * 2 >= 4 * window:
                self._emit(OUT_CREDIT, 0, pack_u32(self.due))
                self.due = 0
        elif self.due * 2 >= window and not more_waits:
            # An app that keeps up gets more at once: a long body takes fewer turns.
            self.widened = True
            self._emit(OUT_CREDIT, 0, pack_u32(self.due + 3 * window))
            self.due = 0
        elif self.due * 2 >= window:
            self._emit(OUT_CREDIT, 0, pack_u32(self.due))
            self.due = 0

    def _forget(self):
        self.connection.streams.pop(self.number, None)
        if self.waiters:
            self._wake()


# States of an HTTP response.
IDLE, STARTED, TRAILING, DONE = range(4)

# Of the descriptor of a loan: not answered yet; there is none (any more).
ASKED, NONE = -2, -1


class Lent:
    """The socket of a client, while this worker has it. descriptor: ASKED, NONE, or that of the socket."""

    __slots__ = ("descriptor", "_unwatch", "_timer")

    def __init__(self):
        self.descriptor = ASKED
        self._unwatch = None
        self._timer = None

    def unwatch(self):
        """Ends what watch began."""
        if self._unwatch is not None:
            self._unwatch(self.descriptor)
            self._unwatch = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def end(self):
        """Gives it back."""
        self.unwatch()
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = NONE


class Loan(Lent):
    """The socket of a client, to which this worker writes a long body itself: its bytes cross one socket, not two."""

    __slots__ = ("_patience", "_count", "_taken_at", "_told_at")

    def __init__(self):
        Lent.__init__(self)
        self._patience = 0
        self._count = 0
        self._taken_at = self._told_at = 0.0

    def answer(self, descriptor, patience):
        """It is lent, or not (-1). patience: seconds without progress after which the client is given up; 0: never."""
        self.descriptor = descriptor
        self._patience = patience
        self._taken_at = self._told_at = time.monotonic()

    def write(self, data):
        """Writes what the socket takes now; returns how many bytes. Raises OSError if the client is gone or takes nothing for too long."""
        try:
            count = os.write(self.descriptor, data)
        except (BlockingIOError, InterruptedError):
            if self._patience and self.left() <= 0:
                raise TimeoutError("took nothing for %g s" % self._patience)
            return 0
        self._count += count
        self._taken_at = time.monotonic()
        return count

    def left(self):
        """Seconds of patience."""
        return self._taken_at + self._patience - time.monotonic()

    def watch(self, loop, wake):
        """Has the loop call wake when the socket takes more, or patience is over."""
        self._unwatch = loop.remove_writer
        loop.add_writer(self.descriptor, wake)
        if self._patience:
            self._timer = loop.call_later(max(0.0, self.left()), wake)

    def is_news_due(self):
        """Whether something was written that the front should hear of by now."""
        return self._count > 0 and time.monotonic() - self._told_at >= NEWS_AFTER

    def take_count(self):
        """How many bytes were written since this was asked last."""
        count = self._count
        self._count = 0
        self._told_at = time.monotonic()
        return count


class Upload(Lent):
    """
    The socket of a client, from which this worker reads the rest of a long body itself. left: bytes that are still to come; count: bytes
    that were read; unwanted: it is to go back as soon as it comes.
    """

    __slots__ = ("left", "count", "unwanted", "in_a_row")

    def __init__(self):
        Lent.__init__(self)
        self.left = self.count = 0
        self.unwanted = self.in_a_row = False

    def answer(self, descriptor, left):
        """It is lent for so many bytes, or not (-1)."""
        self.descriptor = descriptor
        self.left = left

    def read(self):
        """What is there: None if that is nothing now, b"" if nothing will come any more."""
        try:
            data = os.read(self.descriptor, min(self.left, READ_AT_ONCE))
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:
            # The front will meet it, too.
            return b""
        self.left -= len(data)
        self.count += len(data)
        return data

    def watch(self, loop, wake, deadline):
        """Has the loop call wake when there is more to read, or at the deadline, loop.time()."""
        self._unwatch = loop.remove_reader
        loop.add_reader(self.descriptor, wake)
        self._timer = loop.call_at(deadline, wake)


class LoanDesk:
    """Where fronts pass descriptors: a listening socket in the abstract namespace, with a connection for each of the worker's connections that needs one."""

    def __init__(self):
        self.name = ""
        self._connections = {}
        # Slots of which a descriptor was missed: the next one would be taken for it, and a client get what is another's.
        self._lost = set()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.setblocking(False)
        name = "corral-loans-" + os.urandom(8).hex()
        try:
            self._listener.bind("\0" + name)
            self._listener.listen(64)
            self.name = name
        except OSError:
            self._listener.close()

    def take(self, slot, front):
        """The descriptor that was passed next for the connection of that slot by the front of that pid. Raises OSError, then for good."""
        try:
            if slot not in self._connections:
                self._accept(front)
            if slot not in self._connections:
                raise ConnectionError("the front is not connected")
            return self._receive(self._connections[slot])
        except OSError:
            self._close(slot)
            self._lost.add(slot)
            raise

    @staticmethod
    def _receive(connection):
        data, extra, _, _ = connection.recvmsg(1, socket.CMSG_SPACE(4), socket.MSG_DONTWAIT | socket.MSG_CMSG_CLOEXEC)
        for level, kind, payload in extra:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS and len(payload) >= 4:
                return struct.unpack_from("i", payload)[0]
        raise ConnectionError("no descriptor was passed")

    def _accept(self, front):
        """Everybody on the machine could connect; only the front is heard."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except BlockingIOError:
                return
            try:
                pid = struct.unpack("iii", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
                slot = connection.recv(4, socket.MSG_DONTWAIT) if pid == front else b""
            except OSError:
                slot = b""
            number = unpack_u32(slot)[0] if len(slot) == 4 else None
            if number is None or number in self._lost or number in self._connections:
                connection.close()
            else:
                self._connections[number] = connection

    def close(self):
        """Takes nothing more."""
        self._listener.close()
        for slot in list(self._connections):
            self._close(slot)

    def forget(self, slot):
        """The worker's connection is no more; its slot may become another's."""
        self._close(slot)
        self._lost.discard(slot)

    def _close(self, slot):
        connection = self._connections.pop(slot, None)
        if connection is not None:
            connection.close()


class HttpStream(Stream):
    """One HTTP request: its receive() and send() (ASGI HTTP spec 2.4)."""

    __slots__ = (
        "chunks", "complete", "unread", "expect", "state", "head", "left", "begun", "trailers", "leaving", "half", "lendable", "loan", "long",
        "upload",
    )

    def __init__(self, connection, number, scope, body, flags):
        Stream.__init__(self, connection, number, scope)
        self.chunks = [body] if body else None
        self.complete = flags & END
        self.unread = True
        self.expect = flags & EXPECT
        self.state = IDLE
        self.head = None
        self.left = -1
        self.begun = False
        self.trailers = None
        self.leaving = False
        self.half = False
        self.lendable = flags & LENDABLE
        self.loan = None
        self.long = flags & LONG
        self.upload = None

    # From the front.

    def on_body(self, flags, payload):
        """A part of the request's body."""
        if self.complete:
            raise FrameError("frame 0x03 of stream %d: after the end of its body" % self.number)
        if payload:
            if self.chunks is None:
                self.chunks = [payload]
            else:
                self.chunks.append(payload)
        self.complete = flags & END
        if self.waiters:
            self._wake()

    def on_disconnect(self, payload=b""):
        """The client is gone."""
        self.gone = True
        self.head = None
        self._forget()

    def on_loan(self, descriptor, patience):
        """The client's socket, to write the body to it; -1 if it cannot be had."""
        loan = self.loan
        if loan is None or loan.descriptor != ASKED:
            Stream.on_loan(self, descriptor, patience)
        if descriptor < 0:
            self.credit += ON_LOAN
        loan.answer(descriptor, patience)
        if self.waiters:
            self._wake()

    def on_body_loan(self, descriptor, left):
        """The client's socket, to read the rest of the body from it; -1 if it cannot be had."""
        upload = self.upload
        if upload is None or upload.descriptor != ASKED:
            Stream.on_body_loan(self, descriptor, left)
        upload.answer(descriptor, left)
        if descriptor < 0:
            self._repay()
        elif upload.unwanted:
            self._return_upload()
        if self.waiters:
            self._wake()

    def _forget(self):
        if self.loan is not None:
            self.loan.end()
        if self.upload is not None:
            self.upload.end()
        Stream._forget(self)

    def on_half_close(self, payload):
        """The client closed its sending side: after the body, receive() says that it is gone, while send() still works."""
        self.half = True
        if self.waiters:
            self._wake()

    def leave(self):
        """The worker is about to end: receive() says that the client is gone, while send() still works."""
        self.leaving = True
        if self.waiters:
            self._wake()

    def on_message(self, kind, payload):
        raise FrameError("frame 0x%02x of stream %d: it is no WebSocket" % (kind, self.number))

    # For the app.

    async def receive(self):
        while True:
            if self.gone or self.state == DONE or self.leaving:
                return {"type": "http.disconnect"}
            if self.unread:
                chunks = self.chunks
                if chunks:
                    body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
                    self.chunks = None
                    if self.complete:
                        self.unread = False
                        return {"type": "http.request", "body": body, "more_body": False}
                    if self.long:
                        self._take_long(len(body))
                    else:
                        self._give(len(body), False)
                    return {"type": "http.request", "body": body, "more_body": True}
                if self.complete:
                    self.unread = False
                    return {"type": "http.request", "body": b"", "more_body": False}
                upload = self.upload
                if upload is not None and upload.descriptor >= 0:
                    body = await self._receive_directly(upload)
                    if body:
                        self.unread = not self.complete
                        return {"type": "http.request", "body": body, "more_body": self.unread}
                    continue
                if self.expect:
                    self.expect = 0
                    self._emit(OUT_CREDIT, 0, b"\x00\x00\x00\x00")
            elif self.half:
                return {"type": "http.disconnect"}
            await self._wait()

    def _take_long(self, size):
        """The app has taken a part of a long body, and its rest is asked for. What that part is worth is given when the front reads on."""
        self.due += size
        if self.upload is None and self.state == IDLE:
            self.upload = Upload()
            self._emit(OUT_BORROW_BODY, 0, b"")
        elif self.upload is None:
            self._repay()

    def _repay(self):
        """The rest of a long body comes by the front."""
        self.long = 0
        due = self.due
        self.due = 0
        if due:
            self._emit(OUT_CREDIT, 0, pack_u32(due))

    async def _receive_directly(self, upload):
        """A part of the body from the client's socket; None if the front has that again, or the worker is about to end."""
        if upload.in_a_row:
            # A client that is as fast as the app must not have the loop for itself.
            await asyncio.sleep(0)
        loop = self.connection.loop
        deadline = loop.time() + BODY_PATIENCE
        while upload.descriptor >= 0 and not self.leaving:
            data = upload.read()
            if data:
                upload.in_a_row = True
                if not upload.left:
                    self.complete = END
                    upload.end()
                    self._emit(OUT_RECEIVED, END, pack_u64(upload.count))
                return data
            if data is not None or loop.time() >= deadline:
                self._return_upload()
                return None
            upload.in_a_row = False
            upload.watch(loop, self._on_ready, deadline)
            try:
                await self._wait()
            finally:
                upload.unwatch()
                if self.waiters:
                    # Who else waits for it has to watch it now.
                    self._wake()
        return None

    def _return_upload(self):
        """The front reads the rest of the body, if any."""
        upload = self.upload
        if upload.descriptor >= 0:
            upload.end()
            self._emit(OUT_RECEIVED, 0, pack_u64(upload.count))
            self._repay()
        else:
            upload.unwanted = True

    async def send(self, message):
        kind = message["type"]
        if self.gone:
            raise ClientDisconnected("the client of this request is gone")
        state = self.state
        if state == STARTED:
            if kind == "http.response.body":
                body = message.get("body", b"")
                if type(body) is not bytes:
                    body = plain_bytes(body)
                more = message.get("more_body", False)
                size = len(body)
                if self.left >= 0:
                    self._count(size, more)
                if size <= self.credit:
                    self._send_body(body, size, more)
                else:
                    await self._send_long_body(body, more)
                return
        elif state == IDLE and kind == "http.response.start":
            self._start(message)
            return
        await self._send_other(kind, message, state)

    def _start(self, message):
        if self.upload is not None and not self.complete:
            self._return_upload()
        status = message["status"]
        self.head, left = self.connection.heads.get(status, message.get("headers", ()))
        if left >= 0 and self.scope["method"] != "HEAD" and status != 204 and status != 304:
            self.left = left
        self.state = STARTED
        if message.get("trailers", False):
            self.trailers = []
            if "http.response.trailers" in self.scope.get("extensions", ()):
                self._emit(OUT_START, 0, self.head + b"T")
                self.head = None
                return
        self.connection.await_body(self)

    def flush_head(self):
        """Sends a head that has waited for the body's beginning."""
        head = self.head
        if head is not None:
            self.head = None
            self._emit(OUT_START, 0, head + b"F")

    def _count(self, size, more):
        left = self.left - size
        if left < 0:
            raise RuntimeError("Response content longer than Content-Length")
        if left and not more:
            raise RuntimeError("Response content shorter than Content-Length")
        self.left = left

    def _send_body(self, body, size, more):
        """Sends a body that credit allows, or its last piece."""
        connection = self.connection
        self.credit -= size
        flags = 0 if more or (self.trailers is not None and self._trailers_go_out()) else END
        head = self.head
        if head is not None:
            self.head = None
            connection.out += (
                pack_header(len(head) + 5 + size, self.number, OUT_RESPONSE, flags, 0),
                head,
                pack_bytes_head(b"s", size),
                body,
            )
            if not connection.flushing:
                connection.schedule_flush()
        elif size or flags:
            connection.emit(OUT_BODY, self.number, flags, body)
        if more:
            self.begun = True
        elif self.trailers is not None:
            self.state = TRAILING
        else:
            self.state = DONE
            connection.streams.pop(self.number, None)
            if self.waiters:
                self._wake()
            if len(connection.out) >= FLUSH_AT:
                connection.write_out()

    def _trailers_go_out(self):
        return "http.response.trailers" in self.scope.get("extensions", ())

    async def _send_long_body(self, body, more):
        if self.loan is not None or (self.lendable and self.trailers is None and self.left >= 0 and self.left + len(body) >= LOAN_AT):
            await self._borrow()
            if self.loan.descriptor >= 0:
                return await self._send_directly(body, more)
        view = memoryview(body)
        at = 0
        try:
            while True:
                size = len(view) - at
                if size <= self.credit:
                    return self._send_body(view[at:], size, more)
                if self.credit > 0:
                    piece = self.credit
                    self._send_body(view[at : at + piece], piece, True)
                    at += piece
                await self._wait()
                if self.gone:
                    raise ClientDisconnected("the client of this request is gone")
                if self.state != STARTED:
                    raise RuntimeError("the response was ended while its body was sent")
        except asyncio.CancelledError:
            if at and self.state == STARTED and not self.gone:
                # What follows would be taken for the rest of this message.
                self._abort("send() was cancelled in the middle of a body")
            raise

    async def _borrow(self):
        """Asks for the client's socket, once; until there is an answer, no credit allows to send by frames."""
        if self.loan is None:
            self.flush_head()
            self.loan = Loan()
            self.credit -= ON_LOAN
            self._emit(OUT_BORROW, 0, b"")
        while self.loan.descriptor == ASKED:
            await self._wait()
            self._check_open()

    def _check_open(self):
        if self.gone:
            raise ClientDisconnected("the client of this request is gone")
        if self.state != STARTED:
            raise RuntimeError("the response was ended while its body was sent")

    async def _send_directly(self, body, more):
        """Writes to the client's socket; the front learns how much that is."""
        loan = self.loan
        rest = memoryview(body)
        try:
            while rest:
                piece = rest[:AT_ONCE]
                taken = self._write_directly(piece)
                rest = rest[taken:]
                if rest:
                    await (asyncio.sleep(0) if taken == len(piece) else self._room())
                    self._check_open()
        except asyncio.CancelledError:
            if len(rest) < len(body) and self.state == STARTED and not self.gone:
                # What follows would be taken for the rest of this message.
                self._abort("send() was cancelled in the middle of a body")
            raise
        if more:
            self.begun = True
            return
        self._emit(OUT_SENT, END, pack_u64(loan.take_count()))
        self.state = DONE
        self._forget()

    def _write_directly(self, piece):
        try:
            return self.loan.write(piece)
        except OSError as error:
            self._emit(OUT_ABORT, END, ("the client: %s" % error).encode("utf-8", "replace"))
            self.gone = True
            self._forget()
            raise ClientDisconnected("the client of this request is gone") from None

    async def _room(self):
        """Returns when the client's socket takes more, perhaps."""
        loan = self.loan
        loan.watch(self.connection.loop, self._on_ready)
        try:
            await self._wait()
        finally:
            loan.unwatch()
        if loan.is_news_due() and not self.gone and self.state == STARTED:
            self._emit(OUT_SENT, 0, pack_u64(loan.take_count()))

    def _on_ready(self):
        if self.waiters:
            self._wake()

    async def _send_other(self, kind, message, state):
        scope = self.scope
        if state == DONE:
            raise RuntimeError("Unexpected ASGI message '%s' sent, after response already completed." % kind)
        if kind == "http.response.early_hint" or kind == "http.response.informational":
            return self._inform(kind, message)
        if state == TRAILING:
            if kind != "http.response.trailers":
                raise RuntimeError("Expected ASGI message 'http.response.trailers', but got '%s'." % kind)
            self.trailers += checked_headers(message.get("headers", ()))
            if not message.get("more_trailers", False):
                if self._trailers_go_out():
                    self._emit(OUT_TRAILERS, END, dumps(self.trailers, MARSHAL))
                self.state = DONE
                self._forget()
            return
        if state == IDLE:
            raise RuntimeError("Expected ASGI message 'http.response.start', but got '%s'." % kind)
        if kind != "http.response.pathsend" or kind not in scope.get("extensions", ()):
            raise RuntimeError("Expected ASGI message 'http.response.body', but got '%s'." % kind)
        if self.begun:
            raise RuntimeError("Unexpected ASGI message 'http.response.pathsend', after a part of the body.")
        self._send_path(message["path"])

    def _send_path(self, path):
        path = os.fspath(path)
        if not isinstance(path, str):
            raise TypeError("path must be a str, not %s" % type(path).__name__)
        if not os.path.isabs(path):
            raise ValueError("path must be absolute: %r" % path)
        self.flush_head()
        self._emit(OUT_PATHSEND, END, os.fsencode(path))
        self.state = DONE
        self._forget()

    def _inform(self, kind, message):
        """An informational response; too late ones, and those for HTTP/1.0, are left out (RFC 9110 15.2)."""
        status = 103
        if kind == "http.response.early_hint":
            headers = [(b"link", bytes(link)) for link in message.get("links", ())]
        else:
            status = int(message.get("status", 103))
            headers = message.get("headers", ())
        if not 102 <= status <= 199:
            raise ValueError("an informational status must be 102-199, not %d" % status)
        checked = checked_headers(headers)
        if (self.state == IDLE or self.head is not None) and self.scope["http_version"] != "1.0":
            if self.upload is not None and not self.complete:
                self._return_upload()
            self._emit(OUT_INFORM, 0, dumps((status, checked), MARSHAL))

    def _abort(self, reason):
        self.flush_head()
        self.connection.logger.error("%s", reason)
        self._emit(OUT_ABORT, END, reason.encode("utf-8", "replace"))
        self.state = DONE
        self._forget()

    # For the connection.

    def on_return(self, result):
        """The app returned."""
        if result is not None:
            self.connection.logger.error("ASGI callable should return None, but returned '%s'.", result)
        if self.gone or self.state == DONE:
            return
        if self.state == IDLE:
            self._abort("ASGI callable returned without starting response.")
        elif self.state == TRAILING and not self._trailers_go_out():
            self.state = DONE
            self._forget()
        else:
            self._abort("ASGI callable returned without completing response.")

    def on_raise(self, error):
        """The app ended with an exception."""
        self.end(type(error).__name__ + ": " + str(error))

    def end(self, reason):
        """Ends the stream, whatever state it is in."""
        if not self.gone and self.state != DONE:
            self.flush_head()
            self._emit(OUT_ABORT, END, reason.encode("utf-8", "replace")[:4096])
            self.state = DONE
            self._forget()


class LoggedHttpStream(HttpStream):
    """A request that is also recorded by uvicorn's access logger, for which the user's logging configuration has plans."""

    __slots__ = ()
    access = logging.getLogger("uvicorn.access")

    def _start(self, message):
        HttpStream._start(self, message)
        scope = self.scope
        client = scope["client"]
        path = quote(scope["path"])
        if scope["query_string"]:
            path += "?" + scope["query_string"].decode("latin-1")
        self.access.info(
            '%s - "%s %s HTTP/%s" %d',
            "%s:%d" % tuple(client) if client else "",
            scope["method"],
            path,
            scope["http_version"],
            message["status"],
        )


# States of a WebSocket.
CONNECTING, OPEN, DENYING, CLOSED = range(4)

# The code of a close by which the client is told to come again elsewhere: "service restart".
RESTARTING = 1012


class WebSocketStream(Stream):
    """One WebSocket: its receive() and send() (ASGI WebSocket spec 2.4)."""

    __slots__ = ("messages", "state", "announced", "leaving", "told", "code", "reason", "head")

    def __init__(self, connection, number, scope, body, flags):
        Stream.__init__(self, connection, number, scope)
        self.messages = []
        self.state = CONNECTING
        self.announced = False
        self.leaving = False
        self.told = False
        self.code = 1006
        self.reason = ""
        self.head = None

    # From the front.

    def on_body(self, flags, payload):
        raise FrameError("frame 0x03 of stream %d: it is a WebSocket" % self.number)

    def on_message(self, kind, payload):
        """A whole message of the client."""
        self.messages.append((kind, payload))
        if self.waiters:
            self._wake()

    def on_disconnect(self, payload=b""):
        """The WebSocket is over: closed by the client or lost."""
        self._learn(payload)
        self.gone = True
        self.head = None
        self._forget()

    def _learn(self, payload):
        if len(payload) >= 2:
            self.code = unpack_u16(payload)[0]
            self.reason = payload[2:].decode("utf-8", "replace")

    def on_half_close(self, payload):
        """The front is about to end."""
        self._learn(payload)
        self._leave()

    def leave(self):
        """
        The worker is about to end, the client is to come again elsewhere (1012, service restart). An app that has a message may still answer
        it: receive() says so after the last one, and the client hears of it when the app has ended.
        """
        self.code, self.reason = RESTARTING, ""
        self._leave()

    def _leave(self):
        self.leaving = True
        if self.waiters:
            self._wake()

    def close_now(self):
        """Does not wait for the app any longer."""
        if self.gone or self.state == CLOSED:
            return
        if self.state == OPEN:
            self._close(RESTARTING, "")
        else:
            self.end("cancelled")
        self.gone = True

    # For the app.

    async def receive(self):
        while True:
            if not self.announced:
                self.announced = True
                return {"type": "websocket.connect"}
            if self.state == CLOSED:
                break
            if self.messages:
                kind, payload = self.messages.pop(0)
                if not self.gone:
                    self._give(len(payload) + WS_COST, bool(self.messages))
                if kind == WS_TEXT:
                    return {"type": "websocket.receive", "text": payload.decode("utf-8")}
                return {"type": "websocket.receive", "bytes": payload}
            if self.gone or self.leaving:
                break
            await self._wait()
        self.told = True
        return {"type": "websocket.disconnect", "code": self.code, "reason": self.reason}

    async def send(self, message):
        kind = message["type"]
        if self.gone:
            raise ClientDisconnected("the client of this WebSocket is gone")
        if self.state == OPEN:
            if kind == "websocket.send":
                await self._send_message(message)
            elif kind == "websocket.close":
                self._send_close(message)
            else:
                raise RuntimeError(
                    "Expected ASGI message 'websocket.send' or 'websocket.close', but got '%s'." % kind
                )
        elif self.state == CONNECTING:
            self._answer(kind, message)
        elif self.state == DENYING:
            if kind != "websocket.http.response.body":
                raise RuntimeError("Expected ASGI message 'websocket.http.response.body', but got '%s'." % kind)
            await self._send_denial_body(message)
        else:
            raise RuntimeError(
                "Unexpected ASGI message '%s', after sending 'websocket.close' or response already completed." % kind
            )

    def _answer(self, kind, message):
        if kind == "websocket.accept":
            headers = checked_headers(message.get("headers", ()), (b"sec-websocket-protocol",))
            subprotocol = message.get("subprotocol")
            if subprotocol is not None:
                if not isinstance(subprotocol, str):
                    raise TypeError("subprotocol must be a str, not %s" % type(subprotocol).__name__)
                if not _is_subprotocol(subprotocol):
                    raise ValueError("invalid subprotocol %r" % subprotocol)
                subprotocol = str(subprotocol)
            self._emit(OUT_WS_ACCEPT, 0, dumps((subprotocol, headers), MARSHAL))
            self.state = OPEN
        elif kind == "websocket.close":
            self._close(int(message.get("code", 1000)), message.get("reason"))
            self.code, self.reason = 1006, ""
        elif kind == "websocket.http.response.start":
            self.head = self.connection.heads.get(message["status"], message.get("headers", ()))[0]
            self.state = DENYING
            self.connection.await_body(self)
        else:
            raise RuntimeError(
                "Expected ASGI message 'websocket.accept', 'websocket.close' or 'websocket.http.response.start',"
                " but got '%s'." % kind
            )

    async def _send_message(self, message):
        text = message.get("text")
        data = message.get("bytes")
        if (text is None) == (data is None):
            raise ValueError("exactly one of 'bytes' and 'text' of a 'websocket.send' message must be given")
        if text is not None:
            if not isinstance(text, str):
                raise TypeError("text must be a str, not %s" % type(text).__name__)
            kind = OUT_WS_TEXT
            payload = text.encode("utf-8")
        else:
            kind = OUT_WS_BINARY
            payload = data if type(data) is bytes else plain_bytes(data)
        if len(payload) > self.connection.max_message:
            # The front would take the frame for garbage.
            raise ValueError("a WebSocket message of %d bytes: at most %d" % (len(payload), self.connection.max_message))
        while self.credit <= 0:
            await self._wait()
            if self.gone:
                raise ClientDisconnected("the client of this WebSocket is gone")
            if self.state != OPEN:
                raise RuntimeError("the WebSocket was closed while a message waited to be sent")
        self.credit -= len(payload) + WS_COST
        self._emit(kind, 0, payload)

    def _send_close(self, message):
        code = message.get("code", 1000)
        code = 1000 if code is None else int(code)
        if not (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999):
            raise ValueError("invalid close code %d" % code)
        if self.is_over():
            # What an app says when it is through, whoever began.
            self._close(self.code, self.reason)
        else:
            self._close(code, message.get("reason"))

    def _close(self, code, reason):
        payload = cut_reason(reason)
        self.flush_head()
        self._emit(OUT_WS_CLOSE, END, pack_u16(code & 0xFFFF) + payload)
        self.code = code
        self.reason = payload.decode("utf-8")
        self.state = CLOSED
        self._forget()

    def flush_head(self):
        """Sends the head of a denial response that has waited for the body's beginning."""
        head = self.head
        if head is not None:
            self.head = None
            self._emit(OUT_START, 0, head + b"F")

    async def _send_denial_body(self, message):
        body = plain_bytes(message.get("body", b""))
        more = message.get("more_body", False)
        view = memoryview(body)
        self.flush_head()
        while len(view) > self.credit:
            if self.credit > 0:
                self._emit(OUT_BODY, 0, view[: self.credit])
                view = view[self.credit :]
                self.credit = 0
            await self._wait()
            if self.gone:
                raise ClientDisconnected("the client of this WebSocket is gone")
        self.credit -= len(view)
        if len(view) or not more:
            self._emit(OUT_BODY, 0 if more else END, view)
        if not more:
            self.state = CLOSED
            self._forget()

    # For the connection.

    def is_over(self):
        return self.gone or (self.leaving and self.told)

    def on_return(self, result):
        """The app returned."""
        if result is not None:
            self.connection.logger.error("ASGI callable should return None, but returned '%s'.", result)
        if self.gone or self.state == CLOSED:
            return
        if self.state == OPEN:
            if self.leaving:
                self._close(self.code, self.reason)
            else:
                self._close(1000, "")
        elif self.is_over():
            self.end("cancelled")
        else:
            what = "handshake" if self.state == CONNECTING else "response"
            reason = "ASGI callable returned without completing %s." % what
            self.connection.logger.error("%s", reason)
            self.end(reason)

    def on_raise(self, error):
        """The app ended with an exception."""
        self.end(type(error).__name__ + ": " + str(error))

    def end(self, reason):
        """Ends the stream, whatever state it is in."""
        if not self.gone and self.state != CLOSED:
            self.flush_head()
            self._emit(OUT_ABORT, END, reason.encode("utf-8", "replace")[:4096])
            self.state = CLOSED
            self._forget()


class Lifespan:
    """The lifespan protocol of one app on one loop (ASGI lifespan spec 2.0)."""

    def __init__(self, app, mode, loop, logger):
        self.state = {}
        self.failure = None
        self._app = app
        self._mode = mode
        self._logger = logger
        self._events = asyncio.Queue()
        self._started = loop.create_future()
        self._stopped = loop.create_future()
        self._startup_failed = self._shutdown_failed = False
        self._complete = False
        self._task = None
        self._loop = loop

    async def startup(self):
        """Runs the app's startup. Returns whether the app may serve; if not, failure says why in one line."""
        self._logger.info("Waiting for application startup.")
        self._task = self._loop.create_task(self._run())
        self._events.put_nowait({"type": "lifespan.startup"})
        await self._started
        if self.failure is not None:
            self._logger.error("Application startup failed. Exiting.")
            return False
        self._logger.info("Application startup complete.")
        return True

    async def shutdown(self, timeout):
        """Runs the app's shutdown, at most timeout seconds. Returns whether it went well."""
        if self._task is None or self._task.done():
            return True
        self._logger.info("Waiting for application shutdown.")
        self._events.put_nowait({"type": "lifespan.shutdown"})
        await asyncio.wait({self._stopped}, timeout=timeout)
        if not self._stopped.done():
            self._logger.error("Application shutdown did not complete within %g s.", timeout)
            self._task.cancel()
            return False
        if self._shutdown_failed:
            self._logger.error("Application shutdown failed. Exiting.")
            return False
        self._logger.info("Application shutdown complete.")
        return True

    async def _run(self):
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self._app(scope, self._events.get, self._send)
        except GeneratorExit:
            raise
        except BaseException as error:
            self._on_raise(error)
        finally:
            for future in (self._started, self._stopped):
                if not future.done():
                    future.set_result(None)

    def _on_raise(self, error):
        if self._startup_failed or self._shutdown_failed:
            return
        if self._complete:
            if not isinstance(error, asyncio.CancelledError):
                self._logger.error("Exception in 'lifespan' protocol\n", exc_info=error)
                self._shutdown_failed = True
        elif self._mode == "on" or isinstance(error, (SystemExit, KeyboardInterrupt)):
            self._logger.error("Exception in 'lifespan' protocol\n", exc_info=error)
            self.failure = one_line(error)
        else:
            self._logger.info("ASGI 'lifespan' protocol appears unsupported.")
            self._logger.debug("The app said", exc_info=error)

    async def _send(self, message):
        kind = message["type"]
        if kind == "lifespan.startup.complete" and not self._started.done():
            self._complete = True
            self._started.set_result(None)
        elif kind == "lifespan.startup.failed" and not self._started.done():
            self._startup_failed = True
            self.failure = self._report(message, "the app's lifespan startup failed")
            self._started.set_result(None)
        elif kind == "lifespan.shutdown.complete" and self._complete and not self._stopped.done():
            self._stopped.set_result(None)
        elif kind == "lifespan.shutdown.failed" and self._complete and not self._stopped.done():
            self._shutdown_failed = True
            self._report(message, "")
            self._stopped.set_result(None)
        else:
            raise RuntimeError("Unexpected ASGI message '%s' of the lifespan protocol." % kind)

    def _report(self, message, default):
        text = message.get("message", "")
        if text:
            self._logger.error("%s", text)
        lines = text.strip().splitlines()
        return lines[-1] if lines else default


def one_line(error):
    """An exception as one line of text."""
    text = "".join(traceback.format_exception_only(type(error), error)).strip()
    return text.splitlines()[-1] if text else type(error).__name__


# -------------------------------------------------------------------------------------------------------------- part 3: the shell

FLUSH_AT = 48
HEAP = 1 << 20

# Frames of more bytes are written part by part, of which the kernel takes so many at once.
LONG_WRITE = 16384
MAX_PARTS = 512
EAGER = sys.version_info >= (3, 12)


class Ledger:
    """
    What connections have read, where the front finds it when this process was killed: an anonymous file, of which each connection has
    a number. It counts the requests that the app was started for; a request beyond it can be given to another worker.
    """

    SLOTS = 511

    def __init__(self):
        self.token = os.urandom(8)
        self.counts = [0] * (self.SLOTS + 1)
        self.descriptor = -1
        self._next = 0
        try:
            self.descriptor = os.memfd_create("corral-ledger")
            os.ftruncate(self.descriptor, 8 * (self.SLOTS + 1))
            self.counts = memoryview(mmap.mmap(self.descriptor, 8 * (self.SLOTS + 1))).cast("Q")
        except (AttributeError, OSError, ValueError):
            pass
        self.counts[0] = int.from_bytes(self.token, "little")

    def slot(self):
        """A place for another connection. Those of long ago are used again."""
        slot = self._next + 1
        self._next = slot % self.SLOTS
        self.counts[slot] = 0
        return slot


class LinkSet:
    """The connections to one front: one for each event loop of it. Requests come only when all of them are there."""

    __slots__ = ("number", "connections", "front", "ready", "going", "lost")

    def __init__(self, number):
        self.number = number
        self.connections = []
        self.front = None
        self.ready = False
        self.going = False
        self.lost = False


def drop_sent(parts, sent):
    """Takes so many bytes, which were sent, off the beginning of parts."""
    while parts and sent >= len(parts[0]):
        sent -= len(parts.pop(0))
    if sent:
        parts[0] = memoryview(parts[0])[sent:]


class Connection(asyncio.Protocol):
    """One connection to the front, which is to one event loop of it."""

    __slots__ = (
        "links", "front", "last", "slot", "opened", "_counts", "worker", "index", "loop", "logger", "heads", "streams", "window", "out", "flushing", "hello", "loops", "max_message",
        "_reader", "_transport", "_socket", "_waiting_heads", "_closed", "_lock", "_thread_socket", "_held",
    )

    def __init__(self, worker, links, index, sock):
        self.worker = worker
        self.links = links
        self.index = index
        self.front = None
        self.last = False
        self.slot = worker.ledger.slot()
        self.opened = 0
        self._counts = worker.ledger.counts
        self.loop = worker.loop
        self.logger = worker.logger
        self.heads = worker.heads
        self.streams = {}
        self.window = WINDOW
        self.max_message = worker.max_message
        self.out = []
        self.flushing = False
        self.hello = self.loop.create_future()
        self.loops = 1
        self._reader = FrameReader()
        self._transport = None
        self._socket = sock
        self._waiting_heads = []
        self._closed = False
        # Threads of a WSGI app write for themselves, which saves waking the loop for each response. Their descriptor is a
        # second one, so that it can be closed under the lock: never may they write to a descriptor that means something else.
        self._lock = threading.Lock() if worker.threaded else None
        self._thread_socket = sock.dup() if worker.threaded else None
        self._held = []

    # asyncio.Protocol.

    def connection_made(self, transport):
        self._transport = transport
        self.emit(OUT_HELLO, 0, 0, dumps(self.worker.hello(self), MARSHAL))

    def data_received(self, data):
        self.flushing = True
        streams = self.streams
        try:
            for kind, number, flags, payload in self._reader.feed(data):
                if kind == REQUEST:
                    self._open(number, flags, payload)
                elif number:
                    stream = streams.get(number)
                    if stream is not None:
                        self._dispatch(stream, kind, flags, payload)
                    elif kind == LOAN or kind == BODY_LOAN:
                        self._return_loan(flags)
                    elif not BODY <= kind <= WS_BINARY:
                        raise FrameError("frame 0x%02x of stream %d: unknown type" % (kind, number))
                else:
                    self._on_control(kind, payload)
        except FrameError as error:
            self.logger.error("The front broke the protocol: %s", error)
            self.close()
            return
        if EAGER or self._lock is not None:
            self._flush_now()
        else:
            # Tasks that were started above, or woken, run before this: what they send goes out in one write.
            self.loop.call_soon(self._flush_now)

    def connection_lost(self, error):
        self._closed = True
        self._socket = None
        if self._lock is not None:
            with self._lock:
                self._thread_socket.close()
        if not self.hello.done():
            self.hello.set_exception(ConnectionResetError("the front closed the connection"))
            self.hello.exception()
        for stream in list(self.streams.values()):
            stream.on_disconnect()
        self.worker.loans.forget(self.slot)
        self.worker.on_lost(self)

    def made(self):
        """Whether it ever came to be, so that it will end."""
        return self._transport is not None

    def close(self):
        """Ends the connection; connection_lost follows."""
        self._flush_now()
        if self._transport is not None:
            self._transport.close()

    # Frames in.

    def _open(self, number, flags, payload):
        try:
            scope, body = loads(payload)
            kind = scope["type"]
        except (ValueError, EOFError, TypeError, KeyError) as error:
            raise FrameError("frame 0x02 of stream %d: %s" % (number, one_line(error)))
        if not number or number in self.streams:
            raise FrameError("frame 0x02 of stream %d: it is open already" % number)
        worker = self.worker
        if kind == "http":
            stream = worker.http_stream(self, number, scope, body, flags)
        elif kind == "websocket":
            stream = WebSocketStream(self, number, scope, body, flags)
        else:
            raise FrameError("frame 0x02 of stream %d: scope type %r" % (number, kind))
        self.streams[number] = stream
        self.opened += 1
        self._counts[self.slot] = self.opened
        worker.start(stream, scope)

    def _dispatch(self, stream, kind, flags, payload):
        if kind == BODY:
            stream.on_body(flags, payload)
        elif kind == CREDIT:
            if len(payload) != 4:
                raise FrameError("frame 0x04 of stream %d: %d bytes" % (stream.number, len(payload)))
            stream.on_credit(unpack_u32(payload)[0])
        elif kind == DISCONNECT:
            if flags & HALF:
                stream.on_half_close(payload)
                return
            stream.on_disconnect(payload)
            self.worker.on_client_gone(stream)
        elif kind == WS_TEXT or kind == WS_BINARY:
            stream.on_message(kind, payload)
        elif kind == LOAN:
            if len(payload) != 4:
                raise FrameError("frame 0x0d of stream %d: %d bytes" % (stream.number, len(payload)))
            stream.on_loan(self._take_loan(flags), unpack_u32(payload)[0] / 1000)
        elif kind == BODY_LOAN:
            self._lend_body(stream, flags, payload)
        else:
            raise FrameError("frame 0x%02x of stream %d: unknown type" % (kind, stream.number))

    def _lend_body(self, stream, flags, payload):
        left = unpack_u64(payload)[0] if len(payload) == 8 else 0
        if not left and not flags & REFUSED:
            raise FrameError("frame 0x0e of stream %d: %d bytes" % (stream.number, len(payload)))
        descriptor = self._take_loan(flags)
        if descriptor < 0 and not flags & REFUSED:
            self.emit(OUT_RECEIVED, stream.number, 0, pack_u64(0))
        stream.on_body_loan(descriptor, left)

    def _take_loan(self, flags):
        """The descriptor that was lent, -1 if none was."""
        if flags & REFUSED:
            return NONE
        try:
            return self.worker.loans.take(self.slot, self.front)
        except OSError as error:
            self.logger.warning("A client's socket that the front lent did not arrive: %s", error)
            return NONE

    def _return_loan(self, flags):
        """It came too late."""
        descriptor = self._take_loan(flags)
        if descriptor >= 0:
            os.close(descriptor)

    def _on_control(self, kind, payload):
        if kind == PING:
            if len(payload) != 8:
                raise FrameError("frame 0x08: %d bytes" % len(payload))
            self.emit(OUT_PONG, 0, 0, payload)
        elif kind == HELLO:
            try:
                hello = loads(payload)
                self.loops = int(hello["loops"])
                self.window = int(hello["window"])
                self.front = hello.get("front")
                version = hello["version"]
            except (ValueError, EOFError, TypeError, KeyError) as error:
                raise FrameError("frame 0x01: %s" % one_line(error))
            if version != 1 or self.loops < 1 or self.window < 1 or self.hello.done():
                raise FrameError("frame 0x01: %r" % (hello,))
            self.hello.set_result(None)
        elif kind == STOP:
            self.worker.on_stop()
        elif kind == DUE:
            self.worker.on_due()
        elif kind == GOING:
            self.worker.on_going(self.links)
        elif kind == LAST:
            self.worker.on_last(self)
        else:
            raise FrameError("frame 0x%02x of stream 0: unknown type" % kind)

    # Frames out.

    def emit(self, kind, number, flags, payload):
        """Sends a frame with the next write."""
        self.out += (pack_header(len(payload), number, kind, flags, 0), payload)
        if not self.flushing:
            self.schedule_flush()

    def schedule_flush(self):
        """Makes that all frames of this turn of the loop are written at its end."""
        self.flushing = True
        self.loop.call_soon(self._flush_now)

    def await_body(self, stream):
        """Keeps a response's head back until its body comes or the turn of the loop ends, so that most need one frame."""
        self._waiting_heads.append(stream)
        if not self.flushing:
            self.schedule_flush()

    def _flush_now(self):
        self.flushing = False
        heads = self._waiting_heads
        if heads:
            self._waiting_heads = []
            for stream in heads:
                if stream.head is not None:
                    self.flushing = True
                    stream.flush_head()
            self.flushing = False
        if self.out:
            self.write_out()

    def write_out(self):
        """Writes what was emitted."""
        out = self.out
        self.out = []
        if self._lock is None:
            if len(out) > 1 and sum(map(len, out)) > LONG_WRITE:
                self._write_long(out)
            else:
                self._write(b"".join(out))
        else:
            with self._lock:
                self._write(b"".join(self._held + out))
                self._held.clear()

    def _write_long(self, parts):
        """Writes without putting the parts together first."""
        transport = self._transport
        if not (self._closed or transport.is_closing() or transport.get_write_buffer_size()):
            try:
                sent = self._socket.sendmsg(parts[:MAX_PARTS])
            except (BlockingIOError, InterruptedError):
                sent = 0
            except OSError:
                transport.abort()
                return
            drop_sent(parts, sent)
        if parts and not (self._closed or transport.is_closing()):
            transport.writelines(parts)

    def write_from_thread(self, parts):
        """Writes a frame now, from any thread; what does not fit is left to the loop, and so is what comes after it."""
        with self._lock:
            if self._closed:
                return
            if not self._held and not self._transport.get_write_buffer_size():
                try:
                    drop_sent(parts, self._thread_socket.sendmsg(parts))
                    if not parts:
                        return
                except (BlockingIOError, InterruptedError):
                    pass
                except OSError:
                    return
            first = not self._held
            self._held += parts
            if first:
                self.loop.call_soon_threadsafe(self.write_out)

    def _write(self, data):
        """
        Writes through the socket while the transport has nothing queued: uvloop's own write waits for the end of the loop's
        turn, by which time the front could already have worked on these frames.
        """
        transport = self._transport
        if self._closed or transport.is_closing():
            return
        if not transport.get_write_buffer_size():
            try:
                sent = self._socket.send(data)
                if sent == len(data):
                    return
                data = memoryview(data)[sent:]
            except (BlockingIOError, InterruptedError):
                pass
            except OSError:
                transport.abort()
                return
        transport.write(data)


class WsgiStream(Stream):
    """
    One request for a WSGI app. Methods named on_x, leave and end run on the event loop's thread; take and put on the pool's
    thread that has the request. The condition guards the body's chunks and wakes that thread; credit is what the loop has
    granted, used what the thread has spent, so that neither writes the other's. began is the time of monotonic() at which a thread
    took the request, busy that since which it has not waited for its client, 0 while it does or before it has begun.
    """

    __slots__ = (
        "changed", "chunks", "complete", "expect", "used", "ended", "leaving", "began", "busy", "lendable", "loan", "long", "upload",
    )

    def __init__(self, connection, number, scope, body, flags):
        Stream.__init__(self, connection, number, scope)
        self.changed = threading.Condition(threading.Lock())
        self.chunks = [body] if body else []
        self.complete = flags & END
        self.expect = flags & EXPECT
        self.used = 0
        self.ended = False
        self.leaving = False
        self.began = self.busy = 0.0
        self.lendable = flags & LENDABLE
        self.loan = None
        self.long = flags & LONG
        self.upload = None

    # On the loop's thread.

    def on_body(self, flags, payload):
        """A part of the request's body."""
        if self.complete:
            raise FrameError("frame 0x03 of stream %d: after the end of its body" % self.number)
        with self.changed:
            if payload:
                self.chunks.append(payload)
            self.complete = flags & END
            self.changed.notify_all()

    def on_credit(self, amount):
        with self.changed:
            self.credit += amount
            self.changed.notify_all()

    def on_message(self, kind, payload):
        raise FrameError("frame 0x%02x of stream %d: it is no WebSocket" % (kind, self.number))

    def on_loan(self, descriptor, patience):
        """The client's socket, to write the body to it; -1 if it cannot be had."""
        loan = self.loan
        if loan is None or loan.descriptor != ASKED:
            Stream.on_loan(self, descriptor, patience)
        with self.changed:
            loan.answer(descriptor, patience)
            self.changed.notify_all()

    def on_body_loan(self, descriptor, left):
        """The client's socket, to read the rest of the body from it; -1 if it cannot be had."""
        upload = self.upload
        if upload is None or upload.descriptor != ASKED:
            Stream.on_body_loan(self, descriptor, left)
        with self.changed:
            upload.answer(descriptor, left)
            unwanted = upload.unwanted and descriptor >= 0
            if unwanted:
                upload.end()
            self.changed.notify_all()
        if unwanted:
            self._emit(OUT_RECEIVED, 0, pack_u64(0))

    def on_disconnect(self, payload=b""):
        """The client is gone."""
        self._set("gone")

    def leave(self):
        """The worker is about to end: the app gets no more of the request."""
        with self.changed:
            self.leaving = True
            self.changed.notify_all()

    # On any thread.

    def end(self, reason):
        """Ends the stream, whatever state it is in."""
        try:
            self.put(OUT_ABORT, END, reason.encode("utf-8", "replace")[:4096])
        except ClientDisconnected:
            pass

    def _set(self, what):
        with self.changed:
            setattr(self, what, True)
            self.changed.notify_all()
        self.connection.streams.pop(self.number, None)

    # On the pool's thread.

    def put(self, kind, flags, *payload):
        """Sends a frame. Raises ClientDisconnected when nobody is there to get it."""
        self._check_open()
        if self.long and kind in (OUT_START, OUT_RESPONSE, OUT_INFORM):
            self._return_upload()
        if flags & END:
            self._set("ended")
        self._write(kind, flags, *payload)

    def _write(self, kind, flags, *payload):
        size = sum(map(len, payload))
        parts = [pack_header(size, self.number, kind, flags, 0), *payload]
        self.connection.write_from_thread(parts if size > LONG_WRITE else [b"".join(parts)])

    def await_credit(self):
        """Waits until body bytes may be sent; returns how many. Raises ClientDisconnected."""
        with self.changed:
            while self.credit <= self.used:
                self._check_open()
                self._wait_for_client()
        return self.credit - self.used

    def borrow(self):
        """Asks for the client's socket, once; returns whether it is there. Raises ClientDisconnected."""
        if self.loan is None:
            self.loan = Loan()
            self.put(OUT_BORROW, 0)
        with self.changed:
            while self.loan.descriptor == ASKED:
                self._check_open()
                self._wait_for_client()
        return self.loan.descriptor >= 0

    def _check_open(self):
        if self.gone or self.ended:
            raise ClientDisconnected("the client of this request is gone")

    def write_directly(self, data, last):
        """Writes to the client's socket; the front learns how much that is. Raises ClientDisconnected."""
        loan = self.loan
        rest = memoryview(data)
        while rest:
            self._check_open()
            taken = self._write_piece(rest[:AT_ONCE])
            rest = rest[taken:]
            if not taken:
                self._await_room()
        if last:
            loan.end()
            self.put(OUT_SENT, END, pack_u64(loan.take_count()))

    def _write_piece(self, piece):
        try:
            return self.loan.write(piece)
        except OSError as error:
            self.loan.end()
            self.end("the client: %s" % error)
            self.gone = True
            raise ClientDisconnected("the client of this request is gone") from None

    def _await_room(self):
        """Returns when the client's socket takes more, perhaps."""
        self._poll(self.loan.descriptor, select.POLLOUT, NEWS_AFTER)
        if self.loan.is_news_due():
            self.put(OUT_SENT, 0, pack_u64(self.loan.take_count()))

    def give_back(self):
        """The thread is through with it."""
        for lent in (self.loan, self.upload):
            if lent is not None:
                lent.end()

    def _poll(self, descriptor, what, seconds):
        """Waits until the client's socket can do that, at most so long."""
        ready = select.poll()
        ready.register(descriptor, what)
        self.busy = 0.0
        ready.poll(seconds * 1000)
        self.busy = time.monotonic()

    def _wait_for_client(self):
        self.busy = 0.0
        self.changed.wait()
        self.busy = time.monotonic()

    def take(self):
        """Waits for the next part of the request's body and returns it, b"" at its end. Raises ClientDisconnected."""
        taken = None
        while taken is None:
            taken = self._take_frames()
            if taken is None:
                taken = self._take_directly()
        return taken

    def _take_frames(self):
        """What the front has sent of the body; None if the rest is to be read from the client's socket."""
        with self.changed:
            while not self.chunks:
                if self.upload is not None and self.upload.descriptor != ASKED and self.long:
                    if self.upload.descriptor >= 0:
                        return None
                    self._repay()
                if self.complete:
                    return b""
                if self.gone or self.ended or self.leaving:
                    raise ClientDisconnected("the client left before the request's body was complete")
                if self.expect:
                    self.expect = 0
                    self.put(OUT_CREDIT, 0, b"\x00\x00\x00\x00")
                self._wait_for_client()
            taken = b"".join(self.chunks)
            self.chunks.clear()
            complete = self.complete
        if not (complete or self.gone or self.ended):
            self.due += len(taken)
            if not self.long:
                self._repay()
            elif self.upload is None:
                self.upload = Upload()
                self.put(OUT_BORROW_BODY, 0)
            elif self.upload.descriptor == NONE:
                self._repay()
        return taken

    def _repay(self):
        """The rest of the body comes by the front."""
        self.long = 0
        due = self.due
        self.due = 0
        if due:
            self.put(OUT_CREDIT, 0, pack_u32(due))

    def _take_directly(self):
        """A part of the body from the client's socket; None if the front has that again. Raises ClientDisconnected."""
        upload = self.upload
        deadline = time.monotonic() + BODY_PATIENCE
        while not (self.gone or self.ended or self.leaving):
            data = upload.read()
            if data:
                if not upload.left:
                    self.complete = END
                    self.long = 0
                    upload.end()
                    self._write(OUT_RECEIVED, END, pack_u64(upload.count))
                return data
            left = deadline - time.monotonic()
            if data is not None or left <= 0:
                break
            self._poll(upload.descriptor, select.POLLIN, min(left, NEWS_AFTER))
        self._return_upload()
        return None

    def _return_upload(self):
        """The front reads the rest of the body, if any."""
        self.long = 0
        upload = self.upload
        if upload is not None:
            with self.changed:
                upload.unwanted = True
                lent = upload.descriptor >= 0
                upload.end()
            if lent:
                self.put(OUT_RECEIVED, 0, pack_u64(upload.count))
        self._repay()


class RequestBody(io.RawIOBase):
    """wsgi.input of a request whose body is still on its way."""

    def __init__(self, stream):
        self._stream = stream
        self._rest = b""

    def readable(self):
        return True

    def readall(self):
        parts = [self._rest]
        part = self._stream.take()
        while part:
            parts.append(part)
            part = self._stream.take()
        self._rest = b""
        return b"".join(parts)

    def readinto(self, buffer):
        rest = self._rest or self._stream.take()
        size = min(len(buffer), len(rest))
        buffer[:size] = rest[:size]
        self._rest = rest[size:] if size == len(rest) else memoryview(rest)[size:]
        return size


class FileWrapper:
    """wsgi.file_wrapper (PEP 3333): iterates over a file-like object."""

    def __init__(self, filelike, blksize=8192):
        self.filelike = filelike
        self.blksize = blksize
        if hasattr(filelike, "close"):
            self.close = filelike.close

    def __iter__(self):
        return self

    def __next__(self):
        data = self.filelike.read(self.blksize)
        if data:
            return data
        raise StopIteration

    def path(self, length):
        """The path of the file if it is a regular one that is to be sent whole, as length (-1: not given) says; else None."""
        try:
            name = self.filelike.name
            held = os.fstat(self.filelike.fileno())
            if not isinstance(name, str) or not stat.S_ISREG(held.st_mode) or self.filelike.tell() != 0:
                return None
            path = os.path.abspath(name)
            found = os.stat(path)
        except (AttributeError, OSError, ValueError):
            return None
        same = found.st_ino == held.st_ino and found.st_dev == held.st_dev
        return path if same and length in (-1, held.st_size) else None


_is_status = re.compile(r"([0-9]{3})(?: .*)?").fullmatch
_hop_by_hop = frozenset((
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailers", "transfer-encoding", "upgrade",
    "server",
))


class WsgiCall:
    """One call of a WSGI app (PEP 3333); lives on a thread of the pool."""

    __slots__ = ("_stream", "_pool", "_environ", "_head", "_left", "_bodiless", "_sent", "_complete", "_warned")

    def __init__(self, stream, pool):
        self._stream = stream
        self._pool = pool
        self._environ = None
        self._head = None
        self._left = -1
        self._bodiless = self._sent = self._complete = self._warned = False

    def run(self):
        """Calls the app and sends its response; whatever the app does, only this request suffers."""
        result = None
        try:
            self._environ = self._pool.environ(self._stream, self)
            result = self._pool.app(self._environ, self.start_response)
            self._send_result(result)
            self._finish()
        except BaseException as error:
            self._fail(error)
        finally:
            self._stream.give_back()
            close = getattr(result, "close", None)
            if close is not None:
                try:
                    close()
                except BaseException:
                    self._pool.logger.exception("Error in close() of the response to %s", self._stream.scope["path"])

    def start_response(self, status, headers, exc_info=None):
        if exc_info:
            try:
                if self._sent:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        elif self._head is not None:
            raise AssertionError("Response headers already set!")
        if not isinstance(status, str):
            raise TypeError("status must be a str, not %s" % type(status).__name__)
        match = _is_status(status)
        if match is None:
            raise ValueError("invalid status %r" % status)
        encoded = []
        for name, value in headers:
            if not isinstance(name, str) or not isinstance(value, str):
                raise TypeError("header %r: names and values must be str" % (name,))
            if name.lower() not in _hop_by_hop:
                encoded.append((name.encode("latin-1"), value.strip(" \t").encode("latin-1")))
        code = int(match.group(1))
        self._head, self._left = self._pool.heads.get(code, encoded)
        self._bodiless = code in (204, 304) or self._stream.scope["method"] == "HEAD"
        if self._bodiless:
            self._left = -1
        return self.write

    def write(self, data):
        """What start_response returns; sends the head at once."""
        self._send(data)
        if not self._sent:
            self._send_piece(b"", 0)

    def early_hints(self, headers):
        """wsgi.early_hints: sends a 103 with these (name, value) pairs."""
        if self._sent or self._environ["SERVER_PROTOCOL"] == "HTTP/1.0":
            return
        encoded = [(_latin1(name), _latin1(value)) for name, value in headers]
        self._stream.put(OUT_INFORM, 0, dumps((103, checked_headers(encoded)), MARSHAL))

    def _send_result(self, result):
        if result is None:
            raise TypeError("the app returned None instead of an iterable")
        if isinstance(result, FileWrapper) and not self._bodiless and not self._sent and self._head is not None:
            path = result.path(self._left)
            if path is not None:
                self._stream.put(OUT_START, 0, self._head, b"F")
                self._stream.put(OUT_PATHSEND, END, os.fsencode(path))
                self._sent = self._complete = True
                return
        if type(result) in (list, tuple) and len(result) == 1:
            self._send(result[0], END)
            return
        for chunk in result:
            self._send(chunk)

    def _send(self, data, flags=0):
        if type(data) is not bytes:
            data = plain_bytes(data)
        if self._head is None:
            raise AssertionError("the app sent a body before it called start_response")
        if self._bodiless:
            if data and not self._warned:
                self._warned = True
                self._pool.logger.warning("A body was given for a response that has none: %s", self._stream.scope["path"])
            return
        if self._left >= 0:
            data = data[: self._left]
            self._left -= len(data)
            flags = 0 if self._left else END
        if self._complete or not data:
            return
        stream = self._stream
        size = len(data)
        if stream.loan is not None or size > stream.credit - stream.used:
            if self._borrow(size):
                stream.write_directly(data, flags)
                self._complete = flags != 0
                return
            view = memoryview(data)
            while size > stream.await_credit():
                piece = stream.credit - stream.used
                self._send_piece(view[:piece], 0)
                view = view[piece:]
                size -= piece
            data = view
        self._send_piece(data, flags)

    def _borrow(self, size):
        """Whether a long body may be written to the client's socket itself."""
        stream = self._stream
        if stream.loan is None:
            if not stream.lendable or self._left < 0 or self._left + size < LOAN_AT:
                return False
            if not self._sent:
                stream.put(OUT_START, 0, self._head, b"F")
                self._sent = True
        return stream.borrow()

    def _send_piece(self, data, flags):
        size = len(data)
        self._stream.used += size
        if self._sent:
            self._stream.put(OUT_BODY, flags, data)
        else:
            self._stream.put(OUT_RESPONSE, flags, self._head, pack_bytes_head(b"s", size), data)
            self._sent = True
        self._complete = flags != 0

    def _finish(self):
        if self._head is None:
            raise AssertionError("the app did not call start_response")
        if self._complete:
            return
        if self._left > 0:
            raise RuntimeError("Response content shorter than Content-Length")
        self._send_piece(b"", END)

    def _fail(self, error):
        stream = self._stream
        if stream.gone and is_disconnect(error):
            self._pool.logger.debug("The app ended because its client was gone")
        else:
            self._pool.logger.error("Error handling request %s", stream.scope["path"], exc_info=error)
            stream.end(one_line(error))


def _latin1(text):
    return text.encode("latin-1") if isinstance(text, str) else text


class WsgiPool:
    """The threads that run a WSGI app, started as they are needed; and what its environs have in common."""

    def __init__(self, loop, app, settings, logger):
        self.loop = loop
        self.app = app
        self.logger = logger
        self.heads = HeadCache()
        self._limit = settings.threads
        self._queue = queue.SimpleQueue()
        self._threads = 0
        self._keys = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
        self._script_name = os.environ.get("SCRIPT_NAME", "")
        self._base = {
            "SERVER_SOFTWARE": "corral/" + VERSION,
            "wsgi.version": (1, 0),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": settings.threads > 1,
            "wsgi.multiprocess": settings.workers > 1,
            "wsgi.run_once": False,
            "wsgi.file_wrapper": FileWrapper,
            "wsgi.input_terminated": True,
        }

    def start(self, stream, running, done):
        """Runs the app on a thread; running counts this and the unfinished requests. done(stream) is called there afterwards."""
        if self._threads < min(running, self._limit):
            self._threads += 1
            threading.Thread(target=self._run, name="wsgi-%d" % self._threads, daemon=True).start()
        self._queue.put((stream, done))

    def _run(self):
        while True:
            stream, done = self._queue.get()
            stream.began = stream.busy = time.monotonic()
            WsgiCall(stream, self).run()
            done(stream)
            stream = done = None

    def environ(self, stream, call):
        """The environ of a request. Raises ValueError if its path is outside SCRIPT_NAME."""
        scope = stream.scope
        environ = self._base.copy()
        environ["REQUEST_METHOD"] = scope["method"]
        environ["QUERY_STRING"] = scope["query_string"].decode("latin-1")
        environ["RAW_URI"] = scope.get("corral.target", scope["raw_path"]).decode("latin-1")
        environ["SERVER_PROTOCOL"] = "HTTP/" + scope["http_version"]
        environ["wsgi.url_scheme"] = scope["scheme"]
        client = scope["client"]
        if client:
            environ["REMOTE_ADDR"] = client[0]
            environ["REMOTE_PORT"] = str(client[1])
        else:
            environ["REMOTE_ADDR"] = ""
        self._add_headers(environ, scope["headers"])
        self._add_path(environ, scope)
        self._add_server(environ, scope)
        if stream.complete:
            environ["wsgi.input"] = io.BytesIO(b"".join(stream.chunks))
        else:
            environ["wsgi.input"] = io.BufferedReader(RequestBody(stream), 65536)
        environ["wsgi.early_hints"] = call.early_hints
        proxy = scope.get("corral.proxy")
        if proxy:
            environ.update(proxy)
        return environ

    def _add_path(self, environ, scope):
        raw = scope["raw_path"]
        path = (unquote_to_bytes(raw) if b"%" in raw else raw).decode("latin-1")
        prefix = scope["root_path"]
        if prefix:
            prefix = prefix.encode("utf-8").decode("latin-1")
            if path.startswith(prefix):
                path = path[len(prefix) :]
        else:
            prefix = self._script_name
            if "HTTP_SCRIPT_NAME" in environ:
                # With an underscore the front lets it through from trusted peers only.
                prefix = dict(scope["headers"]).get(b"script_name", b"").decode("latin-1") or prefix
            if not path.startswith(prefix):
                raise ValueError("Configuration problem: Request path %r does not start with SCRIPT_NAME %r" % (path, prefix))
            path = path[len(prefix) :]
        environ["SCRIPT_NAME"] = prefix
        environ["PATH_INFO"] = path

    def _add_headers(self, environ, headers):
        keys = self._keys
        for name, value in headers:
            key = keys.get(name)
            if key is None:
                key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
                if len(keys) < 1000:
                    keys[name] = key
            value = value.decode("latin-1")
            before = environ.get(key)
            if before is None:
                environ[key] = value
            elif not key.startswith("CONTENT_"):
                environ[key] = before + ("; " if key == "HTTP_COOKIE" else ",") + value

    @staticmethod
    def _add_server(environ, scope):
        server = scope["server"]
        if server and server[1] is not None:
            environ["SERVER_NAME"] = server[0]
            environ["SERVER_PORT"] = str(server[1])
            return
        # A unix socket has neither: take what the client thinks.
        host, colon, port = environ.get("HTTP_HOST", "localhost").rpartition(":")
        if not colon or not port.isdigit():
            host, port = host + colon + port, ""
        environ["SERVER_NAME"] = host.strip("[]")
        environ["SERVER_PORT"] = port or ("443" if scope["scheme"] in ("https", "wss") else "80")


class MessageTrace:
    """An app around the app that logs its messages at level trace, bodies as their size."""

    def __init__(self, app, logger):
        self._app = app
        self._logger = logger
        self._count = 0

    async def __call__(self, scope, receive, send):
        self._count += 1
        client = scope.get("client")
        prefix = "%s - ASGI [%d]" % ("%s:%d" % tuple(client) if client else "-", self._count)
        log = self._logger.log

        async def traced_receive():
            message = await receive()
            log(TRACE, "%s Receive %s", prefix, self._shown(message))
            return message

        async def traced_send(message):
            log(TRACE, "%s Send %s", prefix, self._shown(message))
            await send(message)

        log(TRACE, "%s Started scope=%s", prefix, self._shown(scope))
        try:
            result = await self._app(scope, traced_receive, traced_send)
        except BaseException:
            log(TRACE, "%s Raised exception", prefix)
            raise
        log(TRACE, "%s Completed", prefix)
        return result

    @staticmethod
    def _shown(message):
        shown = dict(message)
        for key in ("body", "bytes", "text"):
            if shown.get(key) is not None:
                shown[key] = "<%d %s>" % (len(shown[key]), "chars" if key == "text" else "bytes")
        if "headers" in shown:
            shown["headers"] = "<...>"
        return shown


class Worker:
    """One worker process: startup, connections to the front, tasks, drain. Lives on the event loop's thread."""

    def __init__(self, loop, settings, hosted, logger, notify):
        self.loop = loop
        self.logger = logger
        self.heads = HeadCache()
        self.http_stream = HttpStream
        if settings.log_config and settings.personality == "uvicorn":
            self.http_stream = LoggedHttpStream
        self.state = {}
        self.running = {}
        self.stopping = False
        self._app = hosted.app
        self._interface = hosted.interface
        self._settings = settings
        self._notify = notify
        self._sets = []
        self._current = None
        self._set_number = 0
        self._loops = 1
        self._alone_since = 0.0
        self._served = 0
        self._due = False
        self.ledger = None
        self._quick = 0
        self._noticed = None
        self._watch = None
        self._declared = ()
        self._told = None
        self._teller = None
        self._lifespan = None
        self._pool = None
        self.max_message = max(1 << 24, settings.ws_max_size)
        self.threaded = hosted.interface == "wsgi"
        self._grace = settings.disconnect_grace
        self._make_task = self._task_maker()
        if hosted.interface == "wsgi":
            self.http_stream = WsgiStream
            self._pool = WsgiPool(loop, hosted.app, settings, logger)

    # Life.

    async def run(self):
        """Serves until told to stop. Returns the exit code."""
        # Once glibc has freed a block of that size it keeps so much at hand, rather than have a body's pages made anew each time.
        bytes(HEAP)
        self._install_signals()
        self._beat()
        if not await self._start_app():
            return 0 if self.stopping else 3
        gc.collect()
        gc.freeze()
        # Not before: a process that was forked from another one must have its own.
        self.ledger = Ledger()
        self.loans = LoanDesk()
        code = 0
        told = False
        while not self.stopping:
            if not await self._dial():
                code = 0 if self.stopping else 1
                break
            if not told:
                told = True
                self._declare("READY=1", "STATUS=serving")
            await self._until(lambda: self.stopping or self._current is None)
        self.stopping = True
        await self._drain()
        if self._lifespan is not None:
            await self._lifespan.shutdown(2.0 if self._quick else self._settings.shutdown_timeout)
        for links in list(self._sets):
            for connection in list(links.connections):
                connection.close()
        await self._until(lambda: not self._sets, 1.0)
        return code

    async def _start_app(self):
        if self._interface == "wsgi" or self._settings.lifespan == "off":
            return True
        self._lifespan = Lifespan(self._app, self._settings.lifespan, self.loop, self.logger)
        startup = self.loop.create_task(self._lifespan.startup())
        startup.add_done_callback(lambda _: self._notice())
        await self._until(lambda: startup.done() or self.stopping)
        if not startup.done():
            startup.cancel()
            return False
        self.state = self._lifespan.state
        if startup.result():
            return True
        if self._settings.reload:
            self._app = failed_app("Application startup failed.\n" + self._lifespan.failure)
            self._lifespan = None
            return True
        self._notify.send("STATUS=" + self._lifespan.failure)
        return False

    async def _until(self, condition, seconds=None):
        """Waits until the condition holds, at most so long. Returns whether it does."""
        deadline = None if seconds is None else self.loop.time() + seconds
        while not condition():
            left = None if deadline is None else deadline - self.loop.time()
            if left is not None and left <= 0:
                return False
            self._noticed = self.loop.create_future()
            await asyncio.wait({self._noticed}, timeout=left)
        return True

    def _notice(self):
        if self._noticed is not None and not self._noticed.done():
            self._noticed.set_result(None)

    def _install_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            self.loop.add_signal_handler(number, self._on_signal, number)

    def _on_signal(self, number):
        self.stopping = True
        if number != signal.SIGTERM:
            self._quick += 1
            if self._quick > 2:
                os._exit(1)
        self._notice()

    def _declare(self, *lines):
        """
        Says what every supervisor must know of this worker: again until it is sent, and whenever another socket is at the path. What
        one that was killed has not read is lost with it.
        """
        self._declared, self._told = lines, None
        if self._teller is not None:
            self._teller.cancel()
        self._tell()

    def _tell(self):
        # Before it is sent: rather twice to the new supervisor than only to the old one.
        place = self._notify.place()
        if self._told is None or place not in (None, self._told):
            sent = self._notify.send(*self._declared)
            if sent is None:
                return
            if sent and self._due and not self.stopping:
                self._ask_for_successor()
            self._told = place if sent else None
        self._teller = self.loop.call_later(0.2 if self._told is None else 1.0, self._tell)

    def _beat(self):
        interval = self._notify.watchdog_interval
        if interval:
            self._notify.send("WATCHDOG=1")
            self.loop.call_later(interval, self._beat)
            if self.threaded and self._watch is None:
                self._watch = self.loop.call_later(min(interval, 1.0), self._watch_threads, 3 * interval)

    def _watch_threads(self, timeout):
        """
        A thread that has had one request for longer than the watchdog's time, without waiting for its client, cannot be helped: the
        worker says so, shows where each thread is, and ends. From a thread that lets no other run the supervisor's watchdog frees us.
        """
        now = time.monotonic()
        held = [stream for stream in list(self.running) if stream.began]
        stuck = [stream for stream in held if stream.busy and now - stream.busy > timeout]
        if not stuck:
            self._watch = self.loop.call_later(min(timeout / 3, 1.0), self._watch_threads, timeout)
            return
        self.logger.critical("WORKER TIMEOUT (pid:%d): a thread has been busy for more than %g seconds", os.getpid(), timeout)
        for stream in held:
            scope = stream.scope
            line = "stuck" if stream in stuck else "running too"
            self.logger.critical("%s for %.1f s: %s %s", line, now - stream.began, scope["method"], scope["path"])
        os.kill(os.getpid(), signal.SIGABRT)

    # Connections.

    def hello(self, connection):
        """What a connection says first."""
        return {
            "version": 1,
            "pid": os.getpid(),
            "worker": self._settings.index,
            "set": connection.links.number,
            "connection": connection.index,
            "capacity": self._settings.threads if self._interface == "wsgi" else 0,
            "served": min(self.served(), 0x7FFFFFFF),
            "ledger": self.ledger.descriptor,
            "token": self.ledger.token,
            "slot": connection.slot,
            "loans": self.loans.name,
            "interface": self._interface,
            "python": "%d.%d.%d" % sys.version_info[:3],
            "spec": "2.4",
        }

    def served(self):
        """How many requests this worker was given."""
        return self._served + sum(connection.opened for links in self._sets for connection in links.connections)

    async def _dial(self):
        """
        Connects to each loop of the front that listens now; tries every 50 ms, for 30 s unless an older front is still there.
        Returns whether it did, and nobody stopped it.
        """
        self._alone_since = self.loop.time()
        while not self.stopping:
            self._set_number += 1
            links = LinkSet(self._set_number)
            self._sets.append(links)
            failure = "it goes"
            try:
                await self._link(links)
                if not (links.lost or links.going):
                    links.ready = True
                    self._current = links
                    for connection in links.connections:
                        connection.emit(OUT_READY, 0, 0, b"")
                    return True
            except OSError as error:
                failure = error
            links.connections = [known for known in links.connections if known.made()]
            await self._close_set(links)
            if not (self._has_front() or self.stopping) and self.loop.time() - self._alone_since >= 30:
                self.logger.error("Cannot connect to the front at %s: %s", self._settings.connect, failure)
                return False
            await self._until(lambda: self.stopping, 0.05)
        return False

    async def _link(self, links):
        """Makes the connections of a set. Raises OSError."""
        # As many as the last front wanted, all at once: one by one, some could come to a successor that does not answer for long.
        first = (await self._connect(links, self._loops))[0]
        await self._hello(first)
        links.front = first.front
        expected, self._loops = self._loops, first.loops
        if first.loops < expected:
            raise ConnectionAbortedError("the front has fewer loops than the last one")
        await self._connect(links, first.loops - expected)
        for connection in list(links.connections):
            await self._hello(connection)
            if connection.front != links.front:
                raise ConnectionAbortedError("the front was replaced meanwhile")

    async def _connect(self, links, count):
        """Adds so many connections to whoever listens now; returns all of the set. Raises OSError."""
        opened = []
        try:
            for _ in range(count):
                opened.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
                opened[-1].setblocking(False)
                opened[-1].connect(self._settings.connect)
            while opened:
                connection = Connection(self, links, len(links.connections), opened[0])
                links.connections.append(connection)
                await self.loop.create_unix_connection(lambda: connection, sock=opened[0])
                opened.pop(0)
                if links.lost:
                    raise ConnectionResetError("the front closed the connection")
        except BaseException:
            for sock in opened:
                sock.close()
            raise
        return links.connections

    async def _hello(self, connection):
        hello = connection.hello
        hello.add_done_callback(lambda _: self._notice())
        await self._until(lambda: hello.done() or self.stopping)
        if not hello.done():
            raise ConnectionAbortedError("stopped")
        hello.result()

    async def _close_set(self, links):
        for connection in list(links.connections):
            connection.close()
        await self._until(lambda: not links.connections, 1.0)
        self._forget_set(links)

    def _has_front(self):
        return any(links.ready for links in self._sets)

    def _forget_set(self, links):
        if self._current is links:
            self._current = None
        if links in self._sets:
            self._sets.remove(links)
            if links.ready and not self._has_front():
                self._alone_since = self.loop.time()

    def on_lost(self, connection):
        """A connection ended: so do the others of its set, since each of the front's loops must have one."""
        links = connection.links
        if connection in links.connections:
            links.connections.remove(connection)
            self._served += connection.opened
        if not links.lost:
            links.lost = True
            if self._current is links:
                self._current = None
            for other in list(links.connections):
                other.close()
        if links.ready and not links.connections:
            self._forget_set(links)
        self._notice()

    def on_stop(self):
        """The front wants this worker to drain."""
        self.stopping = True
        self._notice()

    def on_due(self):
        """This worker has had its number of requests: who started it is asked for a successor, and says when that is ready."""
        if not self._due:
            self._due = True
            self._ask_for_successor()

    def _ask_for_successor(self):
        sent = self._notify.send("X_CORRAL_REPLACE=max_requests")
        if sent is None:
            self.on_stop()
        elif not sent and not self.stopping:
            self.loop.call_later(0.1, self._ask_for_successor)

    def on_going(self, links):
        """A front ends and gets its last requests: another one, if there is one, is dialled at once."""
        links.going = True
        if self._current is links:
            self._current = None
        self._notice()

    def on_last(self, connection):
        """No more requests come by this connection: what STOPPING asked for."""
        connection.last = True
        if self.stopping:
            self._notice()

    # Requests.

    def _task_maker(self):
        create = self.loop.create_task
        if self._settings.reset_contextvars:
            if sys.version_info >= (3, 11):
                return lambda coroutine: create(coroutine, context=contextvars.Context())
            return lambda coroutine: contextvars.Context().run(create, coroutine)
        if EAGER:
            task, loop = asyncio.Task, self.loop
            return lambda coroutine: task(coroutine, loop=loop, eager_start=True)
        return create

    def start(self, stream, scope):
        """Runs the app for a new stream."""
        if self._pool is not None:
            if scope["type"] != "http":
                stream.end("a WSGI app serves no WebSockets")
            else:
                self.running[stream] = None
                self._pool.start(stream, len(self.running), self._on_thread_done)
            return
        scope["state"] = self.state.copy()
        task = self._make_task(self._serve(stream, scope))
        if not task.done():
            self.running[stream] = task

    async def _serve(self, stream, scope):
        try:
            result = await self._app(scope, stream.receive, stream.send)
            if result is not None or stream.state != DONE:
                stream.on_return(result)
        except GeneratorExit:
            raise
        except BaseException as error:
            self._on_app_error(stream, error)
        self.running.pop(stream, None)
        if self.stopping:
            self._notice()

    def _on_app_error(self, stream, error):
        if stream.cancelled and isinstance(error, asyncio.CancelledError):
            stream.end("cancelled")
        elif stream.is_over() and is_disconnect(error):
            self.logger.debug("The app ended because its client was gone")
            stream.on_return(None)
        else:
            self.logger.error("Exception in ASGI application\n", exc_info=error)
            stream.on_raise(error)

    def _on_thread_done(self, stream):
        self.running.pop(stream, None)
        if stream.gone:
            # The front keeps the thread's place until it hears that it is free.
            stream.connection.write_from_thread([pack_header(0, stream.number, OUT_ABORT, END, 0)])
        if self.stopping:
            self.loop.call_soon_threadsafe(self._notice)

    def on_client_gone(self, stream):
        """With disconnect_grace, an app gets only so long to end by itself after its client left."""
        if self._grace >= 0 and stream in self.running:
            self.loop.call_later(self._grace, self._cancel, stream)

    def _cancel(self, stream):
        task = self.running.get(stream)
        if task is not None:
            stream.cancelled = True
            task.cancel()

    # Drain.

    async def _drain(self):
        """Finishes what runs: until 90 % of graceful_timeout by itself, then told so; WebSockets are closed at 95 %; then cancelled."""
        self._declare("STOPPING=1")
        links = [links for links in self._sets if links.ready]
        for connection in [connection for each in links for connection in each.connections]:
            connection.emit(OUT_STOPPING, 0, 0, b"")
        if self._settings.personality == "uvicorn":
            self.logger.info("Shutting down")
        grace = 0 if self._quick else self._settings.graceful_timeout
        begin = self.loop.time()
        # Requests that a front sent before it read STOPPING are still on their way; it says which was the last.
        done = lambda: self._quick or not (self.running or any(not c.last for each in links for c in each.connections))
        if self.running and self._settings.personality == "uvicorn" and grace:
            self.logger.info("Waiting for background tasks to complete. (CTRL+C to force quit)")
        await self._until(done, begin + 0.9 * grace - self.loop.time())
        for stream in list(self.running):
            stream.leave()
        await self._until(done, begin + 0.95 * grace - self.loop.time())
        for stream in list(self.running):
            stream.close_now()
        await self._until(done, begin + grace - self.loop.time())
        if self.running:
            await self._cancel_all()

    async def _cancel_all(self):
        if not self._quick:
            self.logger.error("Cancel %d running task(s), timeout graceful shutdown exceeded", len(self.running))
        for stream in list(self.running):
            self._cancel(stream)
        if await self._until(lambda: not self.running, 1.0):
            return
        for stream, task in list(self.running.items()):
            if task is None:
                self.logger.warning("A WSGI thread did not end: %s", stream.scope["path"])
            elif not task.done():
                self.logger.warning("A task did not end when cancelled: %s", task.get_name())
            stream.end("cancelled")


# ------------------------------------------------------------------------------------------------------------------ part 4: main

TRACE = 5
LEVELS = {"critical": 50, "error": 40, "warning": 30, "info": 20, "debug": 10, "trace": TRACE}


def _boolean(text):
    if text in ("true", "false"):
        return text == "true"
    raise ValueError("true or false")


def _one_of(*names):
    def check(text):
        if text in names:
            return text
        raise ValueError(", ".join(names))

    return check


def _comma_list(text):
    return [item.strip() for item in text.split(",") if item.strip()]


# Flag: (reader, default). Those of OPTIONS.md that go to workers.
FLAGS = {
    "app": (str, None),
    "interface": (_one_of("auto", "asgi3", "asgi2", "wsgi"), "auto"),
    "factory": (_boolean, False),
    "app_dir": (str, ""),
    "pythonpath": (_comma_list, []),
    "threads": (int, 1),
    "workers": (int, 1),
    "loop": (str, "auto"),
    "lifespan": (_one_of("auto", "on", "off"), "auto"),
    "personality": (_one_of("corral", "gunicorn", "uvicorn"), "corral"),
    "log_level": (_one_of(*LEVELS), "info"),
    "log_config": (str, ""),
    "use_colors": (_one_of("auto", "true", "false"), "auto"),
    "reset_contextvars": (_boolean, False),
    "graceful_timeout": (float, 30.0),
    "shutdown_timeout": (float, 10.0),
    "disconnect_grace": (float, -1.0),
    "reload": (_boolean, False),
    "ws_max_size": (int, 1 << 24),
    "connect": (str, None),
    "index": (int, 0),
    "template": (int, -1),
}


class Settings:
    """What the flags say; one attribute per flag."""

    def __init__(self, arguments):
        """Raises ValueError with a line that says what is wrong."""
        for name, (_, default) in FLAGS.items():
            setattr(self, name, default)
        for argument in arguments:
            flag, equals, text = argument.partition("=")
            name = flag[2:].replace("-", "_")
            if not flag.startswith("--") or not equals or name not in FLAGS:
                raise ValueError("unknown argument: %s" % argument)
            try:
                value = FLAGS[name][0](text)
            except ValueError as error:
                raise ValueError("%s: %r is not allowed here (%s)" % (flag, text, error))
            if name == "pythonpath":
                value = self.pythonpath + value
            setattr(self, name, value)
        for name in ("app",) if self.template >= 0 else ("app", "connect"):
            if not getattr(self, name):
                raise ValueError("--%s=... is missing" % name)
        if self.threads < 1:
            raise ValueError("--threads: at least 1")


class Notify:
    """The notify socket that the supervisor gave (sd_notify(3)), if any. Its variables do not reach the app."""

    def __init__(self, environment):
        address = environment.pop("NOTIFY_SOCKET", "")
        interval = environment.pop("WATCHDOG_USEC", "")
        pid = environment.pop("WATCHDOG_PID", "")
        self.watchdog_interval = None
        if address and interval.isdigit() and int(interval) and pid in ("", str(os.getpid())):
            self.watchdog_interval = int(interval) / 3e6
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if address else None
        if self._socket is not None:
            self._socket.setblocking(False)

    def send(self, *lines):
        """Sends lines such as READY=1 as one datagram; what cannot be sent is lost. Returns whether it was, None if nobody listens."""
        if self._socket is None:
            return None
        try:
            self._socket.sendto("\n".join(line.replace("\n", " ") for line in lines).encode()[:4096], self._address)
        except OSError:
            return False
        return True

    def place(self):
        """What tells the socket at the path from another one that may be there later; None if there is none."""
        if self._address[:1] in ("", "\0"):
            return self._address
        try:
            found = os.stat(self._address)
        except OSError:
            return None
        return found.st_ino, found.st_ctime_ns

    def close(self):
        """Closes the socket; what is said from then on is lost."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class GunicornFormatter(logging.Formatter):
    """[2026-11-21 04:35:20 +0000] [PID] [LEVEL] message"""

    def __init__(self):
        logging.Formatter.__init__(
            self, "%(asctime)s [%(process)d] [%(levelname)s] %(message)s", "[%Y-%m-%d %H:%M:%S %z]"
        )


class UvicornFormatter(logging.Formatter):
    """Level name and colon, padded to ten columns, then the message. Takes what logging configurations give to uvicorn's own."""

    COLORS = {TRACE: "34", 10: "36", 20: "32", 30: "33", 40: "31", 50: "91"}

    def __init__(self, fmt="%(levelprefix)s %(message)s", datefmt=None, style="%", use_colors=None):
        logging.Formatter.__init__(self, fmt, datefmt, style)
        self._colors = sys.stderr.isatty() if use_colors is None else use_colors

    def formatMessage(self, record):
        name = record.levelname
        padding = " " * (8 - len(name))
        if self._colors:
            name = "\033[%sm%s\033[0m" % (self.COLORS.get(record.levelno, "0"), name)
        record.levelprefix = name + ":" + padding
        return logging.Formatter.formatMessage(self, record)


class UvicornAccessFormatter(UvicornFormatter):
    """Formats records of uvicorn.access, which have (client, method, path, version, status) as arguments."""

    def __init__(self, fmt='%(levelprefix)s %(client_addr)s - "%(request_line)s" %(status_code)s', *more, **named):
        UvicornFormatter.__init__(self, fmt, *more, **named)

    def formatMessage(self, record):
        import http

        record.client_addr, method, path, version, status = record.args
        record.request_line = "%s %s HTTP/%s" % (method, path, version)
        try:
            record.status_code = "%d %s" % (status, http.HTTPStatus(status).phrase)
        except ValueError:
            record.status_code = str(status)
        return UvicornFormatter.formatMessage(self, record)


def set_up_logging(settings):
    """Makes the loggers of the chosen personality. Returns the one for the worker's own lines."""
    logging.addLevelName(TRACE, "TRACE")
    if settings.personality == "uvicorn":
        colors = None if settings.use_colors == "auto" else settings.use_colors == "true"
        formatter, name = UvicornFormatter(use_colors=colors), "uvicorn.error"
    else:
        formatter = GunicornFormatter()
        name = "gunicorn.error" if settings.personality == "gunicorn" else "corral.error"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    level = LEVELS[settings.log_level]
    # Apps log to the names of the servers that they know, or take over their handlers.
    for parent in ("uvicorn", "gunicorn.error", "corral"):
        logger = logging.getLogger(parent)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
    logging.getLogger("uvicorn.error").setLevel(level)
    if settings.log_config:
        _apply_log_config(settings.log_config)
    return logging.getLogger(name)


def _stand_in_for_uvicorn(path):
    """Lets a configuration that names uvicorn's formatters be used where uvicorn is not installed."""
    import importlib.util
    import types

    with open(path, encoding="utf-8") as file:
        if "uvicorn.logging" not in file.read() or importlib.util.find_spec("uvicorn") is not None:
            return
    package, module = types.ModuleType("uvicorn"), types.ModuleType("uvicorn.logging")
    package.logging = module
    package.__path__ = []
    module.DefaultFormatter = module.ColourizedFormatter = UvicornFormatter
    module.AccessFormatter = UvicornAccessFormatter
    sys.modules["uvicorn"], sys.modules["uvicorn.logging"] = package, module


def _apply_log_config(path):
    _stand_in_for_uvicorn(path)
    try:
        _read_log_config(path)
    finally:
        # An app that asks whether uvicorn is there must get the true answer.
        if getattr(sys.modules.get("uvicorn"), "__spec__", None) is None:
            sys.modules.pop("uvicorn", None)
            sys.modules.pop("uvicorn.logging", None)


def _read_log_config(path):
    import logging.config

    if path.endswith(".json"):
        import json

        with open(path, encoding="utf-8") as file:
            logging.config.dictConfig(json.load(file))
    elif path.endswith((".yaml", ".yml")):
        import yaml

        with open(path, encoding="utf-8") as file:
            logging.config.dictConfig(yaml.safe_load(file))
    else:
        logging.config.fileConfig(path, disable_existing_loggers=False)


class AppError(Exception):
    """The app cannot be had; the text is the line to log."""

    def __init__(self, text, code=3):
        Exception.__init__(self, text)
        self.code = code


class Hosted:
    """An app, ready to be called as its interface says: asgi3, asgi2 (wrapped, so called as asgi3), or wsgi."""

    def __init__(self, app, interface):
        self.app = app
        self.interface = interface


def load_app(settings, logger):
    """Imports the app that the settings name. Raises AppError, or whatever the app's code raises."""
    target = _gunicorn_target(settings.app) if settings.personality == "gunicorn" else _uvicorn_target(settings)
    if settings.factory:
        try:
            target = target()
        except TypeError as error:
            raise AppError("Error loading ASGI app factory: %s" % error) from error
    else:
        target = _probe_factory(target, logger)
    if not callable(target):
        raise AppError("Application object must be callable.", 4 if settings.personality == "gunicorn" else 3)
    interface = settings.interface if settings.interface != "auto" else detect_interface(target)
    if interface == "asgi2":
        target = _single_callable(target)
    return Hosted(target, interface)


def _uvicorn_target(settings):
    import importlib

    text = settings.app
    module_name, _, attributes = text.partition(":")
    if not module_name or not attributes:
        raise AppError(
            'Error loading ASGI app. Import string "%s" must be in format "<module>:<attribute>".' % text
        )
    if "(" in attributes:
        return _gunicorn_target(text)
    try:
        target = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name != module_name:
            raise
        raise AppError('Error loading ASGI app. Could not import module "%s".' % module_name) from error
    try:
        for name in attributes.split("."):
            target = getattr(target, name)
    except AttributeError as error:
        raise AppError(
            'Error loading ASGI app. Attribute "%s" not found in module "%s".' % (attributes, module_name)
        ) from error
    return target


def _gunicorn_target(text):
    """module[:name] or module:factory(literal, name=literal), with gunicorn's messages and exit codes."""
    import ast
    import importlib

    module_name, _, expression = text.partition(":")
    expression = expression or "application"
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if module_name.endswith(".py") and os.path.exists(module_name):
            hint = "Failed to find application, did you mean '%s:%s'?" % (module_name[:-3], expression)
            raise AppError(hint) from error
        raise
    problem = "Failed to parse %r as an attribute name or function call." % expression
    try:
        node = ast.parse(expression, mode="eval").body
    except SyntaxError as error:
        raise AppError(problem, 4) from error
    arguments, keywords, name = (), {}, node
    if isinstance(node, ast.Call):
        name = node.func
        try:
            arguments = [ast.literal_eval(argument) for argument in node.args]
            keywords = {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords}
        except ValueError as error:
            raise AppError("Failed to parse arguments as literal values: %r" % expression, 4) from error
    if not isinstance(name, ast.Name):
        raise AppError(problem, 4)
    try:
        target = getattr(module, name.id)
    except AttributeError as error:
        raise AppError("Failed to find attribute %r in %r." % (name.id, module_name), 4) from error
    if isinstance(node, ast.Call):
        try:
            target = target(*arguments, **keywords)
        except TypeError as error:
            raise AppError("%s" % error, 4) from error
    if target is None:
        raise AppError("Failed to find application object: %r" % expression, 4)
    return target


# asyncio's knows more marks, but is on its way out.
is_coroutine_function = inspect.iscoroutinefunction if sys.version_info >= (3, 14) else asyncio.iscoroutinefunction


def _probe_factory(target, logger):
    """A target that can be called without arguments makes the app, as uvicorn takes it."""
    call = target if inspect.isclass(target) or inspect.isroutine(target) else getattr(target, "__call__", None)
    if is_coroutine_function(call):
        return target
    try:
        signature = inspect.signature(target)
        signature.bind()
    except (TypeError, ValueError):
        return target
    try:
        made = target()
    except TypeError:
        if any(p.kind == p.VAR_POSITIONAL for p in signature.parameters.values()):
            return target
        raise
    if not callable(made):
        return target
    logger.warning("ASGI app factory detected. Using it, but please consider setting the --factory flag explicitly.")
    return made


def detect_interface(app):
    """asgi3, asgi2 or wsgi: by being a coroutine function, else by the number of positional parameters."""
    if inspect.isclass(app):
        if hasattr(app, "__await__"):
            return "asgi3"
        call = app
    elif inspect.isfunction(app) or inspect.ismethod(app):
        call = app
    else:
        call = getattr(app, "func", None) if type(app).__name__ == "partial" else app.__call__
    if is_coroutine_function(call):
        return "asgi3"
    try:
        parameters = inspect.signature(app).parameters.values()
    except (TypeError, ValueError):
        return "asgi2"
    required = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty]
    if len(required) == 3:
        return "asgi3"
    return "wsgi" if len(required) == 2 else "asgi2"


def _single_callable(app):
    async def asgi3(scope, receive, send):
        instance = app(scope)
        return await instance(receive, send)

    return asgi3


def failed_app(text):
    """The app that stands in, in reload mode, for one that could not be loaded: says why to those on this machine."""

    async def app(scope, receive, send):
        client = scope.get("client")
        near = bool(client) and (client[0].startswith("127.") or client[0] == "::1")
        body = (text if near else "Internal Server Error").encode("utf-8", "replace")
        kind = "websocket.http.response" if scope["type"] == "websocket" else "http.response"
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
        await send({"type": kind + ".start", "status": 500, "headers": headers})
        await send({"type": kind + ".body", "body": body})

    return app


def make_loop(name):
    """The event loop: uvloop if it is there, asyncio's, or what module:factory makes."""
    if name in ("auto", "uvloop"):
        try:
            import uvloop

            return uvloop.new_event_loop()
        except ImportError:
            if name == "uvloop":
                raise
    if ":" in name:
        import importlib

        module_name, _, attribute = name.partition(":")
        return getattr(importlib.import_module(module_name), attribute)()
    return asyncio.new_event_loop()


def set_up_paths(settings):
    """sys.path as the app expects it: pythonpath, app_dir, the rest; without the folder of this file."""
    here = os.path.dirname(os.path.abspath(__file__))
    if sys.path and os.path.abspath(sys.path[0]) == here:
        del sys.path[0]
    first = [os.path.abspath(path) for path in settings.pythonpath]
    first.append(os.path.abspath(settings.app_dir or os.getcwd()))
    sys.path[:0] = first


def app_traceback(error):
    """The traceback of an import from the app's first frame on: this file's and the import system's say nothing about the app."""
    trace = error.__traceback__
    library = os.path.dirname(os.path.dirname(asyncio.__file__))
    own = os.path.join(os.path.dirname(__file__), "corral_")
    others = (own, "<frozen importlib", os.path.join(library, "importlib"), os.path.join(library, "asyncio"))
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(others):
            break
        trace = trace.tb_next
    return traceback.format_exception(type(error), error, trace)


def report_failure(error, settings, notify, logger):
    """Says why the app cannot be loaded: traceback, line for the log, interpreter. Returns the exit code."""
    if isinstance(error, AppError):
        code, reason = error.code, str(error)
        if error.__cause__ is not None:
            sys.stderr.writelines(app_traceback(error.__cause__))
        logger.error("%s", reason)
    else:
        code, reason = 3, one_line(error)
        sys.stderr.writelines(app_traceback(error))
        logger.error("The app %s cannot be loaded: %s", settings.app, reason)
    logger.error(
        "The interpreter is %s (Python %d.%d.%d); another one is chosen by python= in [server:x] or --python.",
        sys.executable, *sys.version_info[:3],
    )
    notify.send("STATUS=" + reason)
    return code


def host(settings, loop, notify, logger, hosted=None):
    """Loads the app, unless it is given, and serves it. Returns the exit code."""

    async def load_in_loop():
        return load_app(settings, logger)

    try:
        if hosted is not None:
            pass
        elif settings.personality == "uvicorn":
            # As uvicorn does it: code that runs on import finds a running loop.
            hosted = loop.run_until_complete(load_in_loop())
        else:
            hosted = load_app(settings, logger)
    except BaseException as error:
        code = report_failure(error, settings, notify, logger)
        if not settings.reload:
            return code
        text = "".join(app_traceback(error))
        hosted = Hosted(failed_app(text), "asgi3")
        settings.lifespan = "off"
    if settings.log_level == "trace" and hosted.interface != "wsgi":
        hosted.app = MessageTrace(hosted.app, logging.getLogger("uvicorn.asgi"))
    try:
        return loop.run_until_complete(Worker(loop, settings, hosted, logger, notify).run())
    finally:
        _end_loop(loop)


def _end_loop(loop):
    async def rest():
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=1.0)
        try:
            await asyncio.wait_for(loop.shutdown_asyncgens(), 1.0)
        except asyncio.TimeoutError:
            pass

    loop.run_until_complete(rest())


def main(arguments):
    """Runs a worker. Returns its exit code: 0 after a drain, 1 without a front, 2 for bad flags, 3 or 4 for a bad app."""
    faulthandler.enable()
    try:
        settings = Settings(arguments)
    except ValueError as error:
        sys.stderr.write("corral_worker: %s\n" % error)
        return 2
    notify = Notify(os.environ)
    set_up_signals()
    set_up_paths(settings)
    try:
        logger = set_up_logging(settings)
    except Exception as error:
        traceback.print_exc()
        notify.send("STATUS=" + one_line(error))
        return 3
    return serve(settings, notify, logger)


def set_up_signals():
    """Before the loop runs: the default actions for those that end it, none for those that a worker ignores."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # A starter that is a JVM may have left QUIT blocked.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGABRT))
    for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH):
        # Handlers, since ignored signals would be inherited by the app's children.
        signal.signal(number, lambda number, stack: None)


def serve(settings, notify, logger, hosted=None):
    """Runs a worker on its app, which is loaded unless it is given. Returns the exit code."""
    try:
        loop = make_loop(settings.loop)
    except Exception as error:
        traceback.print_exc()
        notify.send("STATUS=" + one_line(error))
        return 3
    asyncio.set_event_loop(loop)
    uvicorn = settings.personality == "uvicorn"
    logger.info("Started server process [%d]" if uvicorn else "Booting worker with pid: %d", os.getpid())
    code = host(settings, loop, notify, logger, hosted)
    logger.info("Finished server process [%d]" if uvicorn else "Worker exiting (pid: %d)", os.getpid())
    return code


def run(arguments):
    """Runs a worker and ends the process."""
    end(main(arguments))


def end(code):
    """Ends the process; threads that hang then (of a WSGI app, of an executor) get five seconds."""
    timer = threading.Timer(5.0, os._exit, (code,))
    timer.daemon = True
    timer.start()
    sys.exit(code)


if __name__ == "__main__":
    run(sys.argv[1:])
