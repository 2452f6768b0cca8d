"""The demo service without FastAPI: the same two answers from a plain ASGI application (https://asgi.readthedocs.io)."""

import json


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
        return
    if scope["type"] != "http":
        raise NotImplementedError(scope["type"])
    status, answer = route(scope["path"])
    body = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def route(path):
    if path == "/":
        return 200, {"message": "Hello from plain ASGI!"}
    folder, _, item = path.rpartition("/")
    if folder == "/items" and item.isdecimal():
        return 200, {"item_id": int(item), "message": "This is an item"}
    return 404, {"detail": "Not Found"}


async def lifespan(receive, send):
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
