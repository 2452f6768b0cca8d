"""Fast requests, and some that block the process that serves them."""

import random
import select
import socket
import time
from array import array
from collections import deque

from figures import READ_BYTES, TIMEOUT_SECONDS, Figures, head, percentiles, response_size


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
        elif slow and taken < self.options.slow_ms / 1e3:
            self.figures.failed("answered before it can have blocked")
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
