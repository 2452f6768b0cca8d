"""Large bodies, slowly read and slowly taken."""
import asyncio
import hashlib

PROGRESS = {"read": 0, "sent": 0}


async def text(send, data):
    data = str(data).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(data))]})
    await send({"type": "http.response.body", "body": data})


async def upload(query, receive, send):
    """Reads with a pause after each part of so many bytes."""
    every = int(query)
    digest, total, due = hashlib.md5(), 0, every
    more = True
    while more:
        message = await receive()
        body = message.get("body", b"")
        more = message.get("more_body", False)
        digest.update(body)
        total += len(body)
        PROGRESS["read"] = total
        if total >= due:
            due += every
            await asyncio.sleep(0.05)
    await text(send, "%d %s" % (total, digest.hexdigest()))


async def download(query, receive, send):
    size = int(query)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
    part = bytes(1 << 20)
    PROGRESS["sent"] = 0
    while size > 0:
        await send({"type": "http.response.body", "body": part[:size], "more_body": size > len(part)})
        size -= len(part)
        PROGRESS["sent"] += len(part)


async def app(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError("http only")
    query = scope["query_string"].decode()
    if scope["path"] == "/upload":
        await upload(query, receive, send)
    elif scope["path"] == "/download":
        await download(query, receive, send)
    elif scope["path"] == "/progress":
        await text(send, PROGRESS[query])
    else:
        await text(send, "probe")
