"""A FastAPI app as people write them; nothing in it knows what serves it."""
import asyncio
import hashlib
import os
from typing import List, Optional

from fastapi import BackgroundTasks, Cookie, Depends, FastAPI, File, Form, Header, HTTPException, Request, Response, UploadFile, WebSocket
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field

HERE = os.path.dirname(os.path.abspath(__file__))
app = FastAPI(title="shop")
app.add_middleware(GZipMiddleware, minimum_size=500)
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"], allow_methods=["GET", "PUT"], allow_credentials=True)
app.mount("/static", StaticFiles(directory=HERE + "/static", html=True), name="static")
seen = []


class Item(BaseModel):
    name: str = Field(min_length=2)
    price: float = Field(gt=0)
    tags: List[str] = []


@app.on_event("startup")
async def startup():
    await asyncio.sleep(0)
    app.state.since = "startup"


@app.on_event("shutdown")
async def shutdown():
    print("shutdown event ran", flush=True)


@app.middleware("http")
async def mark(request, call_next):
    response = await call_next(request)
    response.headers["X-Marked"] = request.method
    return response


@app.get("/probe")
async def probe():
    return PlainTextResponse("probe")


@app.get("/state")
async def state(request: Request):
    return {"since": request.app.state.since}


@app.get("/items/{item_id}")
async def read(item_id: int, q: Optional[str] = None, limit: int = 10):
    if item_id == 404:
        raise HTTPException(404, "no such item", headers={"X-Why": "gone"})
    return {"id": item_id, "q": q, "limit": limit}


@app.post("/items", status_code=201)
def create(item: Item):
    return item


@app.put("/raw")
async def raw(request: Request):
    body = await request.body()
    return {"size": len(body), "sha": hashlib.sha1(body).hexdigest()}


@app.post("/form")
async def form(name: str = Form(), age: int = Form(0)):
    return {"name": name, "age": age}


@app.post("/upload")
async def upload(note: str = Form(), files: List[UploadFile] = File()):
    parts = []
    for file in files:
        data = await file.read()
        parts.append({"name": file.filename, "type": file.content_type, "size": len(data), "sha": hashlib.sha1(data).hexdigest()})
    return {"note": note, "files": parts}


@app.post("/login")
async def login(response: Response):
    response.set_cookie("session", "abc", httponly=True, max_age=60, samesite="lax")
    response.set_cookie("theme", "dark")
    return {"ok": True}


@app.get("/me")
async def me(session: Optional[str] = Cookie(None), user_agent: Optional[str] = Header(None)):
    return {"session": session, "agent": user_agent}


@app.get("/old")
async def old():
    return RedirectResponse("/items/1?q=moved")


@app.get("/url")
async def url(request: Request):
    return {"url": str(request.url), "for": str(request.url_for("read", item_id=5)), "base": str(request.base_url)}


@app.get("/page")
async def page():
    return HTMLResponse("<p>é</p>")


@app.get("/large")
async def large():
    return {"text": "x" * 5000}


@app.get("/file")
async def file():
    return FileResponse(HERE + "/static/hello.txt", filename="greeting.txt")


@app.get("/nothing", status_code=204)
async def nothing():
    return Response(status_code=204)


@app.get("/stream")
async def stream():
    async def numbers():
        for i in range(5):
            yield "%d\n" % i
    return StreamingResponse(numbers(), media_type="text/plain")


@app.get("/sync-stream")
def sync_stream():
    return StreamingResponse((b"%d\n" % i for i in range(5)), media_type="text/plain")


@app.get("/broken-stream")
async def broken_stream():
    async def numbers():
        yield "0\n"
        raise ValueError("broken")
    return StreamingResponse(numbers(), media_type="text/plain")


@app.get("/background")
async def background(tasks: BackgroundTasks):
    async def later():
        await asyncio.sleep(0.2)
        seen.append("background")
    tasks.add_task(later)
    return "queued"


async def resource():
    seen.append("opened")
    try:
        yield "resource"
    finally:
        seen.append("closed")


@app.get("/dependency")
async def dependency(r: str = Depends(resource), fail: bool = False):
    if fail:
        raise HTTPException(409, "conflict")
    return r


@app.get("/seen")
async def get_seen(clear: bool = False):
    result = list(seen)
    if clear:
        seen.clear()
    return result


@app.get("/boom")
async def boom():
    raise RuntimeError("boom")


@app.get("/blocking")
def blocking():
    import threading
    return {"main": threading.current_thread() is threading.main_thread()}


sub = FastAPI()


@sub.get("/where/{x}")
async def where(request: Request, x: str):
    return {"root": request.scope["root_path"], "x": x, "url": str(request.url)}


app.mount("/sub", sub)
