"""The same application as load_app, written with FastAPI."""
import load_app
from fastapi import FastAPI, Header, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse

app = FastAPI()


def wanted(request):
    return load_app.query(request.url.query.encode())


@app.get("/get/{key}")
async def get(key: str, request: Request, x_load_id: str = Header("")):
    load_app.note(b"G", key)
    await load_app.pause(wanted(request))
    key = load_app.agreed(key, x_load_id)
    return Response(load_app.answer(key, wanted(request).get("size", 0), b""), headers=dict(load_app.about(key)))


@app.post("/post/{key}")
async def post(key: str, request: Request, x_load_id: str = Header("")):
    body = await request.body()
    load_app.note(b"P", key)
    await load_app.pause(wanted(request))
    key = load_app.agreed(key, x_load_id, body)
    return Response(load_app.answer(key, wanted(request).get("size", 0), body), headers=dict(load_app.about(key)))


@app.get("/stream/{key}")
async def stream(key: str, request: Request, x_load_id: str = Header("")):
    load_app.note(b"S", key)
    key = load_app.agreed(key, x_load_id)
    return StreamingResponse(load_app.parts(key, wanted(request)), headers=dict(load_app.about(key)))


@app.get("/")
async def plain():
    return Response(load_app.answer("", 0, b""), headers=dict(load_app.about("")))


@app.websocket("/ws")
async def websocket(socket: WebSocket):
    await socket.accept()
    try:
        while True:
            await socket.send_text(load_app.echo(await socket.receive_text()))
    except WebSocketDisconnect:
        pass
