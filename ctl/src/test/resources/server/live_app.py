"""Apps that go on for a while: what they notice is kept under an id and can be asked for. One worker only."""
import asyncio

from fastapi import BackgroundTasks, FastAPI, Request
from fastapi.responses import PlainTextResponse, StreamingResponse

notes = {}
pokes = {}
web = FastAPI()


def note(key, text):
    notes.setdefault(key, []).append(text)


def poked(key):
    return pokes.setdefault(key, asyncio.Event())


@web.get("/probe")
async def probe():
    return PlainTextResponse("probe")


@web.get("/poke/{key}")
async def poke(key: str):
    poked(key).set()
    return PlainTextResponse("poked")


@web.get("/notes/{key}")
async def get_notes(key: str):
    return PlainTextResponse(",".join(notes.get(key, [])))


@web.get("/events/{key}")
async def events(key: str):
    async def source():
        for i in range(3):
            yield "data: %d\n\n" % i
            await poked(key + str(i)).wait()
    return StreamingResponse(source(), media_type="text/event-stream")


@web.get("/background/{key}")
async def background(key: str, tasks: BackgroundTasks):
    async def later():
        await poked(key).wait()
        note(key, "done")
    tasks.add_task(later)
    return PlainTextResponse("queued")


@web.get("/watch/{key}")
async def watch(key: str, request: Request):
    note(key, "started")
    while not await request.is_disconnected():
        await asyncio.sleep(0.02)
    note(key, "disconnected")
    return PlainTextResponse("too late")


@web.get("/finish/{key}")
async def finish(key: str):
    note(key, "started")
    try:
        await poked(key).wait()
        note(key, "finished")
    except asyncio.CancelledError:
        note(key, "cancelled")
        raise
    return PlainTextResponse("finished")


@web.get("/endless/{key}")
async def endless(key: str):
    async def source():
        try:
            while True:
                yield "x" * 1000
                await asyncio.sleep(0.01)
        finally:
            note(key, "ended")
    return StreamingResponse(source())


async def wait(key, receive, send):
    """Reads until the disconnect, and once more: it is there for ever, without waiting."""
    while True:
        message = await receive()
        note(key, message["type"] + ("+" if message.get("more_body") else ""))
        if message["type"] == "http.disconnect":
            break
    again = asyncio.ensure_future(receive())
    await asyncio.sleep(0)
    note(key, "again" if again.done() and again.result() == {"type": "http.disconnect"} else "waits")


async def send_on(key, receive, send):
    """Sends until it is told that nobody listens."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    note(key, "started")
    try:
        while True:
            await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})
            await asyncio.sleep(0.01)
    except OSError:
        note(key, "OSError")
        raise


async def cancelled_receive(key, receive, send):
    """Two receive() that are cancelled lose no message."""
    for _ in range(2):
        try:
            await asyncio.wait_for(receive(), 0.05)
            note(key, "early")
        except asyncio.TimeoutError:
            note(key, "timeout")
    poked(key + "-ready").set()
    message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": message["body"]})


RAW = {"wait": wait, "send-on": send_on, "cancelled-receive": cancelled_receive}


async def app(scope, receive, send):
    parts = scope.get("path", "").split("/")
    if scope["type"] == "http" and parts[1] in RAW:
        await RAW[parts[1]](parts[2], receive, send)
    else:
        await web(scope, receive, send)
