"""Long bodies of requests: for loans of the client's socket (PROTOCOL.md)."""

import hashlib
import os

notes = []


def told(count, digest):
    return b"%d %s" % (count, digest.hexdigest().encode())


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    name = scope["path"][1:]
    if name == "sum":
        await answer(send, await take(receive))
    elif name == "early":
        await early(receive, send)
    elif name == "first":
        await receive()
        await answer(send, b"first")
    elif name == "fail":
        await receive()
        await receive()
        raise ValueError("half way")
    else:
        text = {"probe": "probe", "notes": ",".join(notes), "open": str(len(os.listdir("/proc/self/fd")))}[name]
        await answer(send, text.encode())


async def answer(send, body):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


async def take(receive):
    digest = hashlib.md5()
    count = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            notes.append("disconnect")
            return b""
        digest.update(message["body"])
        count += len(message["body"])
        more = message["more_body"]
    notes.append("whole")
    return told(count, digest)


async def early(receive, send):
    """Begins to answer in the middle of the body."""
    await receive()
    digest = hashlib.md5()
    digest.update((await receive())["body"])
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"begun ", "more_body": True})
    await send({"type": "http.response.body", "body": await take(receive)})


def wsgi(environ, start_response):
    body = environ["wsgi.input"]
    if environ["PATH_INFO"] == "/sum":
        digest = hashlib.md5()
        count = 0
        part = body.read(100000)
        while part:
            count += len(part)
            digest.update(part)
            part = body.read(100000)
        answered = told(count, digest)
    else:
        answered = b"probe"
    start_response("200 OK", [("content-length", str(len(answered)))])
    return [answered]
