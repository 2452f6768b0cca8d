"""Answers with what it got; "/slow?SECONDS" takes that long first, "/stream" never ends by itself. "/pid" says who answers. POSTs are marked in the file DONE, if there is one."""
import asyncio
import os

DONE = os.environ.get("DONE")


async def answer(send, text):
    headers = [(b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            kind = (await receive())["type"]
            await send({"type": kind + ".complete"})
            if kind == "lifespan.shutdown":
                return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        return
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message["body"]
        more = message["more_body"]
    if DONE and scope["method"] == "POST":
        with open(DONE, "ab", buffering=0) as file:
            file.write(body + b"\n")
    if scope["path"] == "/slow":
        await asyncio.sleep(float(scope["query_string"]))
    elif scope["path"] == "/pid":
        return await answer(send, str(os.getpid()).encode())
    await answer(send, scope["method"].encode() + b" " + scope["query_string"] + b" " + body)
