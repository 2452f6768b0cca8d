"""Long responses whose length is told before: for loans of the client's socket (PROTOCOL.md)."""

import os

MEBIBYTE = bytes(range(256)) * 4096
notes = []


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    name, _, count = scope["path"][1:].partition("/")
    if name == "long":
        await long(int(count), send)
    elif name == "pieces":
        await pieces(int(count), send)
    else:
        text = {"probe": "probe", "notes": ",".join(notes), "pid": str(os.getpid()), "open": str(len(os.listdir("/proc/self/fd")))}[name]
        await answer(send, text.encode())


async def start(send, length):
    headers = [(b"content-length", b"%d" % length)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def answer(send, body):
    await start(send, len(body))
    await send({"type": "http.response.body", "body": body})


async def long(mebibytes, send):
    await start(send, mebibytes << 20)
    try:
        for _ in range(mebibytes):
            await send({"type": "http.response.body", "body": MEBIBYTE, "more_body": True})
        await send({"type": "http.response.body"})
        notes.append("sent")
    except OSError:
        notes.append("lost")
        raise


async def pieces(size, send):
    """A mebibyte in pieces, as files are sent."""
    await start(send, len(MEBIBYTE))
    for at in range(0, len(MEBIBYTE), size):
        await send({"type": "http.response.body", "body": MEBIBYTE[at : at + size], "more_body": at + size < len(MEBIBYTE)})


def wsgi(environ, start_response):
    name, _, count = environ["PATH_INFO"][1:].partition("/")
    if name != "long":
        start_response("200 OK", [("content-length", "5")])
        return [b"probe"]
    start_response("200 OK", [("content-length", str(int(count) << 20))])
    return (MEBIBYTE for _ in range(int(count)))
