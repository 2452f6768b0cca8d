"""Load that wrk cannot make: new TLS connections, WebSocket echoes, and a mix of fast and blocking requests.

Runs as a process of its own: load.py (handshakes|echo|mix) --port N … One thread over epoll; frames and requests are made
beforehand. Prints one line of JSON: requests, seconds, p50_us, p99_us, errors by kind, and more for the mix.
"""

import argparse
import errno
import json
import random
import select
import socket
import ssl
import time
from array import array
from collections import Counter, deque

TIMEOUT_SECONDS = 10
READ_BYTES = 65536
OPERATION_CODES = (TEXT, CLOSE, PING, PONG) = (0x81, 0x88, 0x89, 0x8A)


class Figures:
    """Latencies and errors of one run."""

    def __init__(self):
        self.latencies, self.errors = array("d"), Counter()
        self.began = self.ended = time.perf_counter()

    def failed(self, error):
        self.errors[error if isinstance(error, str) else describe(error)] += 1

    def summary(self):
        found = {"requests": len(self.latencies), "seconds": self.ended - self.began, "errors": dict(self.errors)}
        return {**found, **percentiles(self.latencies)}


def percentiles(latencies, prefix=""):
    ordered = sorted(latencies)
    return {f"{prefix}p{share}_us": rank(ordered, share) * 1e6 for share in (50, 99)}


def rank(ordered, share):
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))] if ordered else 0.0


def describe(error):
    number = error.errno if isinstance(error, OSError) else None
    return errno.errorcode.get(number) or getattr(error, "reason", None) or type(error).__name__


class Handshakes:
    """Each request on a TCP and TLS connection of its own. No session is ever offered again: all handshakes are full ones."""

    def __init__(self, options):
        self.address = (options.host, options.port)
        self.request = head(options, options.path, "Connection: close\r\n")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE
        self.slots, self.figures, self.epoll, self.stopping = {}, Figures(), select.epoll(), False
        self.connections = options.connections

    def run(self, seconds):
        figures = self.figures
        deadline = figures.began + seconds
        for _ in range(self.connections):
            self.open()
        while self.slots and time.perf_counter() < deadline + TIMEOUT_SECONDS:
            for number, _ in self.epoll.poll(0.1):
                if number in self.slots:
                    self.advance(number)
            if not self.stopping and time.perf_counter() >= deadline:
                self.stopping, figures.ended = True, time.perf_counter()
        figures.errors.update({"timeout": len(self.slots)} if self.slots else {})
        return figures.summary()

    def open(self):
        connection = socket.socket()
        connection.setblocking(False)
        self.slots[connection.fileno()] = [self.shake, connection, time.perf_counter(), b""]
        connection.connect_ex(self.address)
        self.epoll.register(connection, select.EPOLLOUT)

    def advance(self, number):
        slot = self.slots[number]
        try:
            slot[0](number, slot)
        except ssl.SSLWantReadError:
            self.epoll.modify(number, select.EPOLLIN)
        except ssl.SSLWantWriteError:
            self.epoll.modify(number, select.EPOLLOUT)
        except (OSError, ValueError) as error:
            self.close(number, slot)
            self.figures.failed(error)
            time.sleep(0.001)  # a server that refuses everything should not be asked a million times
            self.again()

    def shake(self, number, slot):
        connection = slot[1]
        if not isinstance(connection, ssl.SSLSocket):
            error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error:
                raise OSError(error, "connect")
            slot[1] = connection = self.context.wrap_socket(connection, do_handshake_on_connect=False)
        connection.do_handshake()
        if connection.session_reused:
            raise ValueError("session resumed")
        slot[0] = self.read
        connection.send(self.request)
        self.read(number, slot)

    def read(self, number, slot):
        part = slot[1].recv(READ_BYTES)
        slot[3] += part
        status, size = response_size(slot[3])
        if not part and len(slot[3]) < size:
            raise ConnectionResetError(errno.ECONNRESET, "cut short")
        if len(slot[3]) < size:
            raise ssl.SSLWantReadError
        now = time.perf_counter()
        if status != 200:
            self.figures.failed(f"status {status}")
        elif not self.stopping:
            self.figures.latencies.append(now - slot[2])
        self.close(number, slot)
        self.again()

    def again(self):
        if not self.stopping:
            self.open()

    def close(self, number, slot):
        del self.slots[number]
        self.epoll.unregister(number)
        try:
            if isinstance(slot[1], ssl.SSLSocket):
                slot[1].unwrap()
        except (OSError, ValueError):
            pass  # our close_notify is on its way; the peer's is not waited for
        slot[1].close()


def head(options, path, more=""):
    return f"GET {path} HTTP/1.1\r\nHost: {options.host}:{options.port}\r\n{more}\r\n".encode()


def response_size(data):
    """Status and whole size in bytes of the response that begins here; an infinite size while its head is incomplete."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return 0, float("inf")
    fields = data[: end + 2].lower()
    at = fields.find(b"\r\ncontent-length:")
    if at < 0:
        raise ValueError("no content-length")
    size = int(fields[at + 17 : fields.index(b"\r\n", at + 17)])
    return int(data[9:12]), end + 4 + size


def masked(code, payload):
    """A client's WebSocket frame of up to 125 bytes."""
    mask = b"\x37\xfa\x21\x3d"
    return bytes((code, 0x80 | len(payload))) + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


class Echo:
    """WebSocket connections that send a text message, wait for its echo, and send again."""

    def __init__(self, options):
        payload = b"".join(b"%d " % number for number in range(99))[: options.size]
        self.frame, self.expected = masked(TEXT, payload), bytes((TEXT, len(payload))) + payload
        self.figures, self.epoll = Figures(), select.epoll()
        self.sockets, self.sent, self.rest = {}, {}, {}
        self.stopping = False
        for _ in range(options.connections):
            self.connect(options)

    def connect(self, options):
        keys = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        connection = socket.create_connection((options.host, options.port), TIMEOUT_SECONDS)
        connection.sendall(head(options, options.path, keys))
        answer = b""
        while b"\r\n\r\n" not in answer:
            part = connection.recv(1)  # so that no byte of the first frame is taken
            if not part:
                break
            answer += part
        if not answer.startswith(b"HTTP/1.1 101"):
            self.figures.failed(f"handshake answered {answer[:12].decode(errors='replace')!r}")
            return
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        self.sockets[connection.fileno()] = connection
        self.epoll.register(connection, select.EPOLLIN)

    def run(self, seconds):
        figures, sent, clock = self.figures, self.sent, time.perf_counter
        receive = {number: connection.recv for number, connection in self.sockets.items()}
        send = {number: connection.send for number, connection in self.sockets.items()}
        frame, expected, record = self.frame, self.expected, figures.latencies.append
        figures.began = clock()
        deadline = figures.began + seconds
        for number in self.sockets:
            sent[number] = clock()
            send[number](frame)
        while sent and clock() < deadline + TIMEOUT_SECONDS:
            for number, _ in self.epoll.poll(0.1):
                try:
                    data = receive[number](READ_BYTES)
                    if data != expected and not self.completes(number, data):
                        continue
                    now = clock()
                    if self.stopping:
                        del sent[number]
                        continue
                    record(now - sent[number])
                    sent[number] = now
                    send[number](frame)
                except (OSError, ValueError) as error:
                    self.drop(number, error)
            if not self.stopping and clock() >= deadline:
                self.stopping, figures.ended = True, clock()
        figures.errors.update({"timeout": len(sent)} if sent else {})
        return figures.summary()

    def completes(self, number, data):
        """Takes what is not exactly one echo: parts of one, and pings, which are answered."""
        if not data:
            raise ValueError("connection ended")
        data = self.rest.pop(number, b"") + data
        echoed = False
        while len(data) >= 2 and len(data) >= 2 + data[1]:
            whole, data = data[: 2 + data[1]], data[2 + data[1] :]
            if whole[0] == PING:
                self.sockets[number].send(masked(PONG, whole[2:]))
            elif whole == self.expected:
                echoed = True
            else:
                raise ValueError("wrong echo" if whole[0] == TEXT else f"frame 0x{whole[0]:02x}")
        if data:
            self.rest[number] = data
        return echoed

    def drop(self, number, error):
        self.figures.failed(str(error) if isinstance(error, ValueError) else error)
        self.sent.pop(number, None)
        self.epoll.unregister(number)
        self.sockets.pop(number).close()


class Mix:
    """Keep-alive connections with fast requests and some that block; with a rate, requests come at random times.

    With a rate, latency counts from the moment at which the request was due, so that waiting for a free connection is not
    left out. Requests and times depend on the seed only: each server gets the same. Without, every connection always has one.
    """

    def __init__(self, options):
        self.options, self.random = options, random.Random(options.seed)
        self.requests = {False: head(options, options.path), True: head(options, options.slow_path)}
        self.figures, self.epoll = Figures(), select.epoll()
        self.by_kind = {False: array("d"), True: array("d")}
        self.sockets, self.idle, self.waiting, self.running = {}, deque(), deque(), {}
        for _ in range(options.connections):
            self.connect()

    def connect(self):
        connection = socket.create_connection((self.options.host, self.options.port), TIMEOUT_SECONDS)
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sockets[connection.fileno()] = connection
        self.epoll.register(connection, select.EPOLLIN)
        self.idle.append(connection.fileno())

    def run(self, seconds):
        figures, clock, rate = self.figures, time.perf_counter, self.options.rate
        figures.began = due = clock()
        deadline = due + seconds
        while clock() < deadline:
            if rate:
                while due <= clock():
                    self.waiting.append((due, self.is_slow()))
                    due += self.random.expovariate(rate)
            while self.idle and (self.waiting or not rate):
                self.send(*(self.waiting.popleft() if rate else (clock(), self.is_slow())))
            self.receive(min(due, deadline) if rate else deadline)
        figures.ended = clock()
        while (self.running or self.waiting) and clock() < deadline + TIMEOUT_SECONDS:
            while self.idle and self.waiting:
                self.send(*self.waiting.popleft())
            self.receive(clock() + 0.1)
        late = len(self.running) + len(self.waiting)
        figures.errors.update({"timeout": late} if late else {})
        return {**figures.summary(), **percentiles(self.by_kind[False], "fast_"), **percentiles(self.by_kind[True], "slow_")}

    def is_slow(self):
        return self.random.random() < self.options.slow_share

    def send(self, due, slow):
        number = self.idle.popleft()
        self.running[number] = [due, slow, b""]
        try:
            self.sockets[number].send(self.requests[slow])
        except OSError as error:
            self.drop(number, error)

    def receive(self, until):
        for number, _ in self.epoll.poll(max(0.0, until - time.perf_counter())):
            try:
                self.take(number, self.sockets[number].recv(READ_BYTES))
            except (OSError, ValueError) as error:
                self.drop(number, error)

    def take(self, number, part):
        if not part or number not in self.running:
            raise ValueError("connection ended" if not part else "bytes without a request")
        due, slow, data = state = self.running[number]
        state[2] = data = data + part
        status, size = response_size(data)
        if len(data) < size:
            return
        taken = time.perf_counter() - due
        del self.running[number]
        self.idle.append(number)
        if status != 200 or len(data) > size:
            self.figures.failed(f"status {status}" if status != 200 else "more than one response")
        else:
            self.figures.latencies.append(taken)
            self.by_kind[slow].append(taken)

    def drop(self, number, error):
        """A connection is lost, and replaced."""
        self.figures.failed(str(error) if isinstance(error, ValueError) else error)
        self.running.pop(number, None)
        if number in self.idle:
            self.idle.remove(number)
        self.epoll.unregister(number)
        self.sockets.pop(number).close()
        self.connect()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("handshakes", "echo", "mix"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", default="/")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--size", type=int, default=64, help="bytes of a WebSocket message, up to 125")
    parser.add_argument("--slow-path", default="/block")
    parser.add_argument("--slow-share", type=float, default=0.05)
    parser.add_argument("--rate", type=float, default=0, help="requests per second of the mix; 0: as fast as they are answered")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    kind = {"handshakes": Handshakes, "echo": Echo, "mix": Mix}[options.kind]
    print(json.dumps(kind(options).run(options.seconds)))


if __name__ == "__main__":
    main()
