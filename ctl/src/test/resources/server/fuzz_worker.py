"""A worker that answers requests with frames that were tampered with. Says how many connections the front took and ended.

usage: fuzz_worker.py SOCKET SEED CONNECTIONS
"""
import marshal
import os
import random
import select
import socket
import struct
import sys
import time

HELLO = {"version": 1, "pid": 0, "worker": 0, "connection": 0, "capacity": 0, "interface": "asgi3", "python": "3.11.2", "spec": "2.4"}
TYPES = [0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F, 0x50]
HEADERS = [(b"content-type", b"text/plain"), (b"content-length", b"5")]


def frame(kind, stream, payload, flags=0):
    return struct.pack("<IIBBH", len(payload), stream, kind, flags, 0) + payload


def hello(rng, connection):
    told = dict(HELLO, connection=connection, pid=os.getpid())
    if rng.random() < 0.1:
        told[rng.choice(list(told))] = rng.choice([None, -1, 1 << 40, "x", b"y", [], {}])
    return frame(0x41, 0, marshal.dumps(told, 2)) + (frame(0x4C, 0, b"") if rng.random() < 0.95 else b"")


def sensible(rng, stream):
    """A frame as a worker would send it, of any type."""
    return rng.choice([
        lambda: frame(0x44, stream, marshal.dumps((200, HEADERS, b"hello"), 2), 1),
        lambda: frame(0x42, stream, marshal.dumps((200, HEADERS, False), 2)),
        lambda: frame(0x43, stream, b"hello", rng.choice([0, 1])),
        lambda: frame(0x43, stream, os.urandom(rng.choice([0, 10, 70000])), rng.choice([0, 1])),
        lambda: frame(0x45, stream, struct.pack("<I", rng.choice([0, 1, 65536, 1 << 31]))),
        lambda: frame(0x46, stream, rng.choice([b"/etc/hostname", b"/", b"", b"\0", b"/proc/self/mem"])),
        lambda: frame(0x47, stream, marshal.dumps([(b"x-a", b"b")], 2)),
        lambda: frame(0x48, stream, marshal.dumps((103, [(b"link", b"</a>")]), 2)),
        lambda: frame(0x49, stream, b"failed"),
        lambda: frame(0x4A, 0, os.urandom(8)),
        lambda: frame(0x4B, 0, b""),
        lambda: frame(0x4D, stream, marshal.dumps((None, []), 2)),
        lambda: frame(0x4E, stream, b"text"),
        lambda: frame(0x50, stream, struct.pack("<H", 1000) + b"bye"),
        lambda: frame(rng.choice(TYPES), stream, marshal.dumps(value(rng, 3), 2), rng.randrange(4)),
    ])()


def value(rng, depth):
    leaf = [None, True, 0, 200, -1, 1 << 70, b"", b"x" * 300, "text", "\u00e9", 1.5]
    if depth == 0 or rng.random() < 0.3:
        return rng.choice(leaf)
    items = [value(rng, depth - 1) for _ in range(rng.randrange(4))]
    return rng.choice([tuple(items), items, {str(i): item for i, item in enumerate(items)}, (200, items, b"x")])


def tampered(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice([0, 0, 1, 1, 2, 5])):
        at = rng.randrange(len(data) + 1)
        action = rng.randrange(4)
        if action == 0 and at < len(data):
            data[at] = rng.randrange(256)
        elif action == 1 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif action == 2:
            data[at:at] = os.urandom(rng.randrange(1, 5))
        else:
            del data[at:at + rng.randrange(1, 5)]
    return bytes(data)


def streams_in(data):
    """Numbers of the requests in what the front sent."""
    found = []
    while len(data) >= 12:
        length, stream, kind = struct.unpack_from("<IIB", data)
        if kind == 0x02:
            found.append(stream)
        data = data[12 + length:]
    return found


def talk(path, rng, connection):
    """Until the front hangs up, or enough was said. Whether the front hung up."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(5)
        s.connect(path)
        try:
            s.sendall(hello(rng, connection) if rng.random() < 0.9 else tampered(rng, hello(rng, connection)))
            for _ in range(rng.randrange(1, 12)):
                data = b""
                while select.select([s], [], [], 0.01)[0]:
                    part = s.recv(1 << 20)
                    if not part:
                        return True
                    data += part
                streams = streams_in(data) or [rng.choice([0, 1, 2, 3, (1 << 31) - 1, 1 << 31, 0xFFFFFFFF])]
                s.sendall(b"".join(tampered(rng, sensible(rng, rng.choice(streams))) for _ in range(rng.randrange(1, 5))))
        except OSError:
            return True
    return False


def main():
    path, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    refused = 0
    for i in range(count):
        rng = random.Random(seed * 1000003 + i)
        refused += talk(path, rng, 0)
    time.sleep(0.1)
    print("taken", count, "ended by the front", refused)


main()
