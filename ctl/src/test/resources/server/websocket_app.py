"""WebSocket endpoints for websocket_peer.py; GET /seen tells what the last one saw."""
import asyncio
import json

from fastapi import Depends, FastAPI, Query, WebSocket, WebSocketDisconnect

seen = {}


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        return
    if scope["path"].startswith("/api/"):
        await api(scope, receive, send)
    elif scope["type"] == "http":
        body = json.dumps(seen).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})
    else:
        seen.clear()
        await ENDPOINTS[scope["path"]](scope, receive, send)


async def echo(scope, receive, send):
    offered = scope["subprotocols"]
    headers = [(b"x-offered", ",".join(offered).encode()), (b"set-cookie", b"a=b")]
    await send({"type": "websocket.accept", "subprotocol": offered[-1] if offered else None, "headers": headers})
    seen["first"] = (await receive())["type"]
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            seen.update(message)
            return
        await send({"type": "websocket.send", "text": message.get("text"), "bytes": message.get("bytes")})


async def describe(scope, receive, send):
    await send({"type": "websocket.accept"})
    scope = {key: repr(value) for key, value in scope.items() if key != "headers"}
    await send({"type": "websocket.send", "text": json.dumps(scope)})
    await send({"type": "websocket.close"})


async def close(scope, receive, send):
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 3456, "reason": "tsch\u00fc\u00df"})
    seen.update(await receive(), after=(await receive())["type"])


async def refuse(scope, receive, send):
    await receive()
    await send({"type": "websocket.close"})


async def deny(scope, receive, send):
    assert "websocket.http.response" in scope["extensions"]
    await send({"type": "websocket.http.response.start", "status": 451, "headers": [(b"x-why", b"law")]})
    await send({"type": "websocket.http.response.body", "body": b"not ", "more_body": True})
    await send({"type": "websocket.http.response.body", "body": b"here"})


async def fail_first(scope, receive, send):
    raise ValueError("before accept")


async def fail_later(scope, receive, send):
    await send({"type": "websocket.accept"})
    raise ValueError("after accept")


async def leave_first(scope, receive, send):
    return


async def leave_later(scope, receive, send):
    await send({"type": "websocket.accept"})


async def wait(scope, receive, send):
    seen["waiting"] = True
    await receive()
    seen.update(await receive())


async def lag(scope, receive, send):
    await send({"type": "websocket.accept"})
    await receive()
    await asyncio.sleep(1)
    size = 0
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        size += len(message["bytes"])
        seen["size"] = size


async def flood(scope, receive, send):
    await send({"type": "websocket.accept"})
    for i in range(1000):
        await send({"type": "websocket.send", "bytes": b"%09d" % i + bytes(65527)})
        seen["sent"] = i + 1
    await send({"type": "websocket.close", "code": 1000})


async def answer_last(scope, receive, send):
    """Answers a question when it is told to leave."""
    await send({"type": "websocket.accept"})
    await receive()
    question = (await receive())["text"]
    await send({"type": "websocket.send", "text": "asked"})
    code = (await receive())["code"]
    await send({"type": "websocket.send", "text": "answer to %s, after %d" % (question, code)})


ENDPOINTS = {
    "/answer-last": answer_last,
    "/echo": echo,
    "/describe": describe,
    "/close": close,
    "/refuse": refuse,
    "/deny": deny,
    "/fail-first": fail_first,
    "/fail-later": fail_later,
    "/leave-first": leave_first,
    "/leave-later": leave_later,
    "/wait": wait,
    "/lag": lag,
    "/flood": flood,
}

api = FastAPI()


async def token(socket: WebSocket, token: str = Query(default=None)):
    if token != "secret":
        await socket.close(code=1008)
        return None
    return token


@api.websocket("/api/items/{item}")
async def items(socket: WebSocket, item: int, given: str = Depends(token)):
    if given is None:
        return
    await socket.accept(subprotocol="json" if "json" in socket.scope["subprotocols"] else None)
    seen.clear()
    try:
        async for message in socket.iter_json():
            await socket.send_json({"item": item, "got": message, "client": socket.client is not None})
        seen["iterated"] = True
        await socket.receive_text()
    except (WebSocketDisconnect, RuntimeError) as error:
        seen["error"] = type(error).__name__


@api.websocket("/api/bytes")
async def raw(socket: WebSocket):
    await socket.accept()
    try:
        while True:
            await socket.send_bytes(await socket.receive_bytes())
    except WebSocketDisconnect as error:
        seen["code"] = error.code
