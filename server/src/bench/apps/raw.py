"""A bare ASGI application: what it costs is next to nothing, so that the figures are those of the server."""

import time

HELLO = b"Hello, world!\n"
MEBIBYTE = bytes(range(256)) * 4096
BLOCKING_SECONDS = 0.2


async def app(scope, receive, send):
    if scope["type"] == "http":
        await ROUTES[scope["path"]](receive, send)
    elif scope["type"] == "websocket":
        await echo(receive, send)
    else:
        await lifespan(receive, send)


async def answer(send, body, content_type=b"text/plain"):
    headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def hello(receive, send):
    await answer(send, HELLO)


async def mebibyte(receive, send):
    await answer(send, MEBIBYTE, b"application/octet-stream")


async def upload(receive, send):
    """Answers how many bytes came."""
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await answer(send, b"%d" % size)


async def block(receive, send):
    """Holds up the event loop of its worker, as a forgotten synchronous call does."""
    time.sleep(BLOCKING_SECONDS)
    await answer(send, HELLO)


async def echo(receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is not None:
            await send({"type": "websocket.send", "text": text})
        else:
            await send({"type": "websocket.send", "bytes": message["bytes"]})


async def lifespan(receive, send):
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


ROUTES = {"/": hello, "/mebibyte": mebibyte, "/upload": upload, "/block": block}
