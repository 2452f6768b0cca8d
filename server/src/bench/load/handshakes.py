"""New TLS connections: wrk offers the session of the connection before, so that its handshakes are short ones."""

import errno
import select
import socket
import ssl
import time

from figures import READ_BYTES, TIMEOUT_SECONDS, Figures, head, response_size


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
            self.figures.failed(error if isinstance(error, OSError) else str(error))
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
        if connection.version() != "TLSv1.3":  # another protocol's cost cannot be compared
            raise ValueError(f"{connection.version()}, not TLSv1.3")
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
