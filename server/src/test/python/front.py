"""A minimal front: starts a worker process on an app and exchanges frames with it. For tests and measurements only."""

import collections
import contextlib
import marshal
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import textwrap
import time

HEADER = struct.Struct("<IIBBH")
HERE = os.path.dirname(os.path.abspath(__file__))
WORKER = os.path.join(HERE, "..", "..", "main", "python", "corral_worker.py")

HELLO, REQUEST, BODY, CREDIT, DISCONNECT, WS_TEXT, WS_BINARY, PING, STOP, DUE, GOING, LAST, LOAN, BODY_LOAN = range(0x01, 0x0F)
NAMES = {
    0x41: "HELLO", 0x42: "START", 0x43: "BODY", 0x44: "RESPONSE", 0x45: "CREDIT", 0x46: "PATHSEND", 0x47: "TRAILERS",
    0x48: "INFORM", 0x49: "ABORT", 0x4A: "PONG", 0x4B: "STOPPING", 0x4C: "READY", 0x4D: "WS_ACCEPT", 0x4E: "WS_TEXT", 0x4F: "WS_BINARY",
    0x50: "WS_CLOSE", 0x51: "BORROW", 0x52: "SENT", 0x53: "BORROW_BODY", 0x54: "RECEIVED",
}
MARSHALLED = ("HELLO", "START", "RESPONSE", "TRAILERS", "INFORM", "WS_ACCEPT")
END, EXPECT, HALF, REFUSED, LENDABLE, LONG = 1, 2, 2, 2, 4, 8

Frame = collections.namedtuple("Frame", "name stream flags payload")


def encode(kind, stream, flags, payload):
    """One frame as bytes."""
    return HEADER.pack(len(payload), stream, kind, flags, 0) + payload


def http_scope(method="GET", path="/", query=b"", headers=(), version="1.1", extensions=None, client=("127.0.0.1", 1234), **more):
    """A scope as the front makes it."""
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": version, "method": method,
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": query, "root_path": "",
        "headers": list(headers), "client": client, "server": ("127.0.0.1", 8000),
        "extensions": {"http.response.pathsend": {}, "http.response.early_hint": {}} if extensions is None else extensions,
    }
    scope.update(more)
    return scope


def ws_scope(path="/", headers=(), subprotocols=(), **more):
    """A WebSocket's scope as the front makes it."""
    scope = http_scope(path=path, headers=headers, extensions={"websocket.http.response": {}})
    del scope["method"]
    scope.update(type="websocket", scheme="ws", subprotocols=list(subprotocols), **more)
    return scope


class Connection:
    """One connection of a worker, with blocking reads that fail after a time."""

    def __init__(self, sock, loops=1, loop=0, window=65536, pid=1):
        self.socket = sock
        self.socket.settimeout(10)
        self.window = window
        self._data = b""
        self._last = 0
        self.pending = []
        self._loans = None
        self.answers_stopping = True
        self.hello = self.read().payload
        self.send(HELLO, 0, 0, marshal.dumps({"version": 1, "loops": loops, "loop": loop, "window": window, "front": pid}, 2))

    def send(self, kind, stream, flags=0, payload=b""):
        self.socket.sendall(encode(kind, stream, flags, payload))

    def request(self, scope=None, body=b"", end=True, expect=False, lendable=False, long=False, **more):
        """Opens a stream; returns its number."""
        self._last += 1
        scope = scope or http_scope(**more)
        flags = (END if end else 0) | (EXPECT if expect else 0) | (LENDABLE if lendable else 0)
        flags |= LONG if long else 0
        self.send(REQUEST, self._last, flags, marshal.dumps((scope, body), 2))
        return self._last

    def lend(self, stream, descriptor, patience_ms=0):
        """Passes a descriptor as the front does."""
        self._pass(descriptor)
        self.send(LOAN, stream, 0, struct.pack("<I", patience_ms))

    def lend_body(self, stream, descriptor, left):
        """Lends the socket of a client for so many bytes of its body."""
        self._pass(descriptor)
        self.send(BODY_LOAN, stream, 0, struct.pack("<Q", left))

    def _pass(self, descriptor):
        if self._loans is None:
            self._loans = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._loans.connect("\0" + self.hello["loans"])
            self._loans.sendall(struct.pack("<I", self.hello["slot"]))
        self._loans.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", descriptor))])

    def read(self, timeout=10):
        """The next frame, whatever stream it belongs to; None at the end of the connection."""
        self.socket.settimeout(timeout)
        while True:
            if len(self._data) >= 12:
                length, stream, kind, flags, zero = HEADER.unpack_from(self._data)
                if len(self._data) >= 12 + length:
                    payload = self._data[12 : 12 + length]
                    self._data = self._data[12 + length :]
                    name = NAMES[kind]
                    if name in MARSHALLED:
                        payload = marshal.loads(payload)
                    assert zero == 0
                    if name == "STOPPING" and self.answers_stopping:
                        with contextlib.suppress(OSError):
                            self.send(LAST, 0)
                    return Frame(name, stream, flags, payload)
            data = self.socket.recv(262144)
            if not data:
                return None
            self._data += data

    def next(self, stream, timeout=10):
        """The next frame of a stream; others are kept for later."""
        for i, frame in enumerate(self.pending):
            if frame.stream == stream:
                return self.pending.pop(i)
        while True:
            frame = self.read(timeout)
            if frame is None:
                raise EOFError("the worker closed the connection")
            if frame.stream == stream:
                return frame
            self.pending.append(frame)

    def await_ready(self):
        """Waits until the worker takes requests on this connection."""
        frame = self.read()
        assert frame is not None and frame.name == "READY", frame

    def drain(self):
        """Reads what is there, so that a worker that goes is answered."""
        try:
            while True:
                frame = self.read(0)
                if frame is None:
                    break
                self.pending.append(frame)
        except OSError:
            pass

    def credit(self, stream, amount):
        self.send(CREDIT, stream, 0, struct.pack("<I", amount))

    def response(self, stream):
        """Reads a response to its end, giving credit: (status, headers, body, how it ended)."""
        status, headers, body = None, None, b""
        while True:
            frame = self.next(stream)
            if frame.name == "CREDIT" or frame.name == "INFORM":
                continue
            if frame.name == "START":
                status, headers, _ = frame.payload
            elif frame.name in ("RESPONSE", "BODY"):
                piece = frame.payload
                if frame.name == "RESPONSE":
                    status, headers, piece = frame.payload
                body += piece
                if piece and not frame.flags & END:
                    self.credit(stream, len(piece))
            if frame.flags & END:
                return status, headers, body, frame.name

    def close(self):
        self.socket.close()
        if self._loans is not None:
            self._loans.close()


class Front:
    """A listening front and one worker on an app given as source text. Use as a context manager; nothing is left running."""

    def __init__(self, source="", *flags, app="app_under_test:app", loops=1, python=None, window=65536, env=None, files=None,
                 worker=WORKER):
        self.folder = tempfile.mkdtemp(prefix="corral-worker-")
        self.path = os.path.join(self.folder, "front.sock")
        self._loops, self._window = loops, window
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen(16)
        self.listener.settimeout(10)
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(os.path.join(self.folder, "notify"))
        self.notify.settimeout(10)
        for name, text in dict({"app_under_test.py": source}, **(files or {})).items():
            with open(os.path.join(self.folder, name), "w") as file:
                file.write(textwrap.dedent(text))
        environment = dict(os.environ, NOTIFY_SOCKET=os.path.join(self.folder, "notify"), PYTHONDONTWRITEBYTECODE="1")
        environment.update(env or {})
        self.log_path = os.path.join(self.folder, "log")
        command = [python or os.environ.get("WORKER_PYTHON") or sys.executable, worker, "--app=" + app]
        command += ["--connect=" + self.path, "--app-dir=" + self.folder] + list(flags)
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        self.connections = []

    def accept(self, pid=1, ready=True):
        """Takes all connections of the worker, which may use them then; returns the first."""
        self.connections = []
        for index in range(self._loops):
            deadline = time.monotonic() + 10
            self.listener.settimeout(0.1)
            while True:
                try:
                    sock = self.listener.accept()[0]
                    break
                except socket.timeout:
                    if time.monotonic() > deadline or self.process.poll() is not None:
                        raise AssertionError("the worker does not connect; its log:\n" + self.log())
            self.connections.append(Connection(sock, self._loops, index, self._window, pid))
        for connection in self.connections:
            if ready:
                connection.await_ready()
        return self.connections[0]

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def await_log(self, text, seconds=5):
        """Waits until the log has the text."""
        deadline = time.monotonic() + seconds
        while text not in self.log():
            if time.monotonic() > deadline:
                raise AssertionError("not in the log: %r\n%s" % (text, self.log()))
            time.sleep(0.005)

    def await_notify(self, text):
        """Waits for a datagram with this text on the notify socket; returns it."""
        while True:
            message = self.notify.recv(65536).decode()
            if text in message:
                return message

    def wait(self, seconds=10):
        """The worker's exit code. Answers that it stops meanwhile."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            for connection in self.connections:
                connection.drain()
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(self.process.args, seconds)
            time.sleep(0.005)
        return self.process.returncode

    def signal(self, number):
        self.process.send_signal(number)

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for connection in self.connections:
            connection.close()
        self.listener.close()
        self.notify.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
