"""WebSocket messages, whose frames are made beforehand."""

import select
import socket
import time

from figures import READ_BYTES, TIMEOUT_SECONDS, Figures, head

TEXT, PING, PONG = 0x81, 0x89, 0x8A
UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


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
        connection = socket.create_connection((options.host, options.port), TIMEOUT_SECONDS)
        connection.sendall(head(options, options.path, UPGRADE))
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
        if not self.stopping:  # no connection is left
            figures.ended = clock()
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
