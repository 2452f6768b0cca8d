"""The application under load: it says what it was asked for, who it is and what it received, so that the client notices anything lost,
repeated or mixed up. Each request that reaches it is noted in the file LOAD_LOG names, so that one that ran twice is found.
"""
import asyncio
import os
import zlib

from load_version import VERSION

PID = os.getpid()
BLOCK = bytes((i * 7 + (i >> 8) * 13) & 0xFF for i in range(131072)) * 8
LOG = os.open(os.environ["LOAD_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644) if "LOAD_LOG" in os.environ else None
MIXED = "mixed"  # stands where the id would, when path, header and body do not agree


def note(kind, key):
    if LOG is not None:
        os.write(LOG, b"%s %s %d\n" % (kind, key.encode(), os.getpid()))


def payload(key, size):
    start = zlib.crc32(key.encode()) & 0xFFFF
    return BLOCK[start:start + size]


def query(raw):
    return {name: int(value) for name, _, value in (part.partition("=") for part in raw.decode().split("&")) if value}


def agreed(path_id, header_id, body=None):
    """The id, if all places say the same one; a body begins with it and a blank."""
    same = path_id == header_id and (body is None or body.startswith(path_id.encode() + b" "))
    return path_id if same else MIXED


def answer(key, size, body):
    data = payload(key, size)
    head = "%s %d %d %d %d %d\n" % (key, os.getpid(), len(data), zlib.crc32(data), len(body), zlib.crc32(body))
    return head.encode() + data


def part(key, number, size):
    data = payload(key + str(number), size)
    return b"%s %d %d %d\n" % (key.encode(), number, len(data), zlib.crc32(data)) + data


async def parts(key, wanted):
    for number in range(wanted.get("parts", 10)):
        yield part(key, number, wanted.get("size", 1000))
        await asyncio.sleep(wanted.get("ms", 50) / 1000)
    yield b"%s end 0 0\n" % key.encode()


async def pause(wanted):
    if wanted.get("ms"):
        await asyncio.sleep(wanted["ms"] / 1000)


def about(key):
    return [("x-load-id", key), ("x-load-pid", str(os.getpid())), ("x-load-version", VERSION + os.environ.get("LOAD_SETTING", ""))]


async def read(receive):
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def http(scope, receive, send):
    _, kind, path_id = (scope["path"].split("/", 2) + ["", ""])[:3]
    header_id = next((value.decode() for name, value in scope["headers"] if name == b"x-load-id"), "")
    wanted = query(scope["query_string"])

    async def start(key, extra=()):
        headers = [(name.encode(), value.encode()) for name, value in [*about(key), *extra]]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    if kind == "stream":
        key = agreed(path_id, header_id)
        note(b"S", path_id)
        await start(key)
        async for data in parts(key, wanted):
            await send({"type": "http.response.body", "body": data, "more_body": True})
        await send({"type": "http.response.body"})
        return
    body = b""
    if kind == "post":
        body = await read(receive)
        if body is None:
            return
    key = agreed(path_id, header_id, body if kind == "post" else None)
    if kind in ("get", "post"):
        note(b"P" if kind == "post" else b"G", path_id)
        await pause(wanted)
    data = answer(key, wanted.get("size", 0), body)
    await start(key, [("content-length", str(len(data)))])
    await send({"type": "http.response.body", "body": data})


def echo(text):
    """What is sent back; the message begins with the socket's id and a number."""
    note(b"W", ":".join(text.split(" ", 2)[:2]))
    return "%d %s" % (os.getpid(), text)


async def websocket(receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    while True:
        message = await receive()
        if message["type"] != "websocket.receive":
            return
        await send({"type": "websocket.send", "text": echo(message["text"])})


async def lifespan(receive, send):
    for what in ("startup", "shutdown"):
        await receive()
        await send({"type": "lifespan.%s.complete" % what})


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "websocket":
        await websocket(receive, send)
    else:
        await http(scope, receive, send)
