"""The client library `websockets` against websocket_app.py.

usage: websocket_peer.py PORT SCENARIO
"""
import asyncio
import json
import os
import socket
import sys
import time
import urllib.request

import websockets

PORT, SCENARIO = int(sys.argv[1]), sys.argv[2]


def connect(path, **options):
    return websockets.connect("ws://127.0.0.1:%d%s" % (PORT, path), max_size=None, **options)


def seen():
    with urllib.request.urlopen("http://127.0.0.1:%d/seen" % PORT, timeout=20) as response:
        return json.load(response)


def sees(**expected):
    deadline = time.monotonic() + 20
    while not expected.items() <= seen().items():
        assert time.monotonic() < deadline, (seen(), expected)
        time.sleep(0.05)


async def closed(path, code, reason="", **options):
    async with connect(path, **options) as client:
        try:
            while True:
                await client.recv()
        except websockets.ConnectionClosed:
            pass
        assert (client.close_code, client.close_reason) == (code, reason), (client.close_code, client.close_reason)


async def status(path):
    try:
        async with connect(path):
            raise AssertionError("accepted")
    except websockets.InvalidStatusCode as error:
        return error.status_code


def raw(path, *more):
    client = socket.create_connection(("127.0.0.1", PORT), timeout=20)
    lines = ["GET %s HTTP/1.1" % path, "Host: x", "Upgrade: websocket", "Connection: Upgrade", *more, "", ""]
    client.sendall("\r\n".join(lines).encode())
    return client


KEY = ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13")


def to_end(client):
    data = b""
    while True:
        part = client.recv(65536)
        if not part:
            return data
        data += part


async def messages():
    for compression in ("deflate", None):
        async with connect("/echo", compression=compression) as client:
            assert bool(client.extensions) == (compression is not None)
            samples = ["", "a", "gr\u00fc\u00dfe \U0001f984", b"", bytes(range(256)), "x" * 125, "x" * 126, b"\1" * 65535]
            samples += ["y" * 65536, os.urandom(1 << 20), "json" * 500000, bytes(16 << 20)]
            for sample in samples:
                await client.send(sample)
                assert await client.recv() == sample
            await client.send(part for part in ["in ", "", "parts"])
            assert await client.recv() == "in parts"
            await (await client.ping(b"payload"))
            many = [str(i) * (i % 50) for i in range(5000)]
            sender = asyncio.ensure_future(send_all(client, many))
            for each in many:
                assert await client.recv() == each
            await sender
    sees(first="websocket.connect", code=1000, type="websocket.disconnect")


async def send_all(client, many):
    for each in many:
        await client.send(each)


async def handshake():
    async with connect("/echo", subprotocols=["a", "b"]) as client:
        assert client.subprotocol == "b"
        assert client.response_headers["x-offered"] == "a,b"
        assert client.response_headers["set-cookie"] == "a=b"
        assert client.response_headers["server"] == "corral"
        assert "date" in client.response_headers
    async with connect("/describe?q=%20") as client:
        scope = json.loads(await client.recv())
        assert "method" not in scope
        expected = {
            "type": "'websocket'",
            "http_version": "'1.1'",
            "scheme": "'ws'",
            "path": "'/describe'",
            "query_string": "b'q=%20'",
            "subprotocols": "[]",
            "extensions": "{'websocket.http.response': {}}",
        }
        assert expected.items() <= scope.items(), scope
    # What comes right behind the request is read as frames.
    client = raw("/echo", *KEY)
    client.sendall(b"\x81\x82\0\0\0\0hi")
    assert to_read(client, 4) == b"\x81\x02hi"
    client.sendall(b"\x88\x80\0\0\0\0")
    assert to_end(client) == b"\x88\x00"
    sees(code=1005)


async def refusals():
    assert await status("/refuse") == 403
    head, body = to_end(raw("/refuse", *KEY)).split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 403 ") and b"content-length: 0" in head and body == b"", (head, body)
    head, body = to_end(raw("/deny", *KEY)).split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 451 ") and b"x-why: law" in head, head
    assert body == b"4\r\nnot \r\n4\r\nhere\r\n0\r\n\r\n", body
    assert await status("/fail-first") == 500
    assert await status("/leave-first") == 500
    head = to_end(raw("/echo", KEY[0], "Sec-WebSocket-Version: 8"))
    assert head.startswith(b"HTTP/1.1 426 ") and b"sec-websocket-version: 13" in head, head
    assert to_end(raw("/echo", KEY[1])).startswith(b"HTTP/1.1 400 ")
    client = raw("/wait", *KEY)
    sees(waiting=True)
    client.close()
    sees(type="websocket.disconnect", code=1006)


async def ends():
    await closed("/close", 3456, "tsch\u00fc\u00df")
    sees(type="websocket.connect", after="websocket.disconnect")
    await closed("/fail-later", 1011)
    await closed("/leave-later", 1000)
    async with connect("/echo") as client:
        await client.close(4321, "why not")
        assert client.close_code == 4321
    sees(code=4321, reason="why not")
    async with connect("/echo") as client:
        client.transport.abort()
    sees(code=1006)


async def backpressure():
    # Neither side's program lets more wait than a little, however far the other is behind.
    async with connect("/lag") as client:
        await asyncio.gather(*(client.send(bytes(65536)) for _ in range(200)))
    sees(size=200 * 65536)
    client = raw("/flood", *KEY)
    last = -1
    while seen().get("sent", 0) != last:
        last = seen().get("sent", 0)
        time.sleep(0.3)
    assert 0 < last < 300, last
    assert len(to_read(client, 1000 * (65536 + 10))) == 1000 * (65536 + 10)
    sees(sent=1000)


def to_read(client, length):
    data = b""
    while b"\r\n\r\n" not in data:
        data += client.recv(65536)
    data = bytearray(data.split(b"\r\n\r\n", 1)[1])
    while len(data) < length:
        part = client.recv(1 << 20)
        assert part
        data += part
    return data[:length]


async def limits():
    async with connect("/echo") as client:
        await client.send(bytes(100000))
        assert len(await client.recv()) == 100000
        await client.send(bytes(100001))
        try:
            await client.recv()
        except websockets.ConnectionClosed:
            pass
        assert client.close_code == 1009, client.close_code
    sees(code=1009)
    client = raw("/echo", *KEY)
    started = time.monotonic()
    assert b"\x88\x18\x03\xf3keepalive ping timeout" in to_end(client)
    assert 0.5 < time.monotonic() - started < 15
    sees(code=1011)
    async with connect("/echo") as client:
        await asyncio.sleep(2)
        await client.send("still here")
        assert await client.recv() == "still here"


async def starlette():
    async with connect("/api/items/7?token=secret", subprotocols=["json"]) as client:
        assert client.subprotocol == "json"
        await client.send('{"a": [1]}')
        assert json.loads(await client.recv()) == {"item": 7, "got": {"a": [1]}, "client": True}
    sees(iterated=True, error="RuntimeError")
    assert await status("/api/items/7") == 403
    assert await status("/api/items/x?token=secret") == 403
    assert await status("/api/nothing") == 403
    async with connect("/api/bytes") as client:
        await client.send(b"\0\1")
        assert await client.recv() == b"\0\1"
        await client.close(1001)
    sees(code=1001)


async def hold():
    """Connects and says what the server's end looks like."""
    async with connect("/echo") as client:
        await client.send("ready")
        print(await client.recv(), flush=True)
        try:
            await client.recv()
        except websockets.ConnectionClosed:
            print(client.close_code, client.close_reason, flush=True)


async def asks():
    """Asks something that is answered late, and says what comes."""
    async with connect("/answer-last") as client:
        await client.send("question")
        try:
            while True:
                print(await client.recv(), flush=True)
        except websockets.ConnectionClosed:
            print(client.close_code, client.close_reason, flush=True)


asyncio.run(globals()[SCENARIO]())
