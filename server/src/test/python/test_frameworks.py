"""Starlette, FastAPI and Flask as they are installed: what they rely on (left out where they are not)."""

import importlib.util
import os
import struct
import time
import unittest

from case import WorkerCase
from front import BODY, DISCONNECT, END, WS_TEXT, http_scope, ws_scope


def installed(*names):
    return not os.environ.get("WORKER_PYTHON") and all(importlib.util.find_spec(name) for name in names)


@unittest.skipUnless(installed("fastapi", "starlette"), "FastAPI is not installed here")
class FastApiTest(WorkerCase):
    SOURCE = '''
        import asyncio
        from fastapi import BackgroundTasks, Depends, FastAPI, Request, WebSocket
        from starlette.middleware.base import BaseHTTPMiddleware
        from starlette.responses import FileResponse, StreamingResponse
        from starlette.websockets import WebSocketDisconnect

        app = FastAPI()
        marks = []

        @app.on_event("startup")
        async def startup():
            app.state.started = True

        class Middleware(BaseHTTPMiddleware):
            async def __call__(self, scope, receive, send):
                # Old versions hide disconnects from what is behind them.
                run = self.app if scope.get("path") in ("/poll", "/endless") else super().__call__
                await run(scope, receive, send)

            async def dispatch(self, request, call_next):
                response = await call_next(request)
                response.headers["x-middleware"] = "1"
                return response

        app.add_middleware(Middleware)

        async def resource():
            try:
                yield "resource"
            finally:
                marks.append("released")

        @app.get("/items/{number}")
        async def item(number: int, q: str = None, r: str = Depends(resource)):
            return {"number": number, "q": q, "r": r}

        @app.get("/sync")
        def sync():
            assert app.state.started
            return "in a thread"

        @app.post("/size")
        async def size(request: Request):
            return len(await request.body())

        @app.get("/stream")
        async def stream():
            async def numbers():
                for i in range(5):
                    yield b"%d" % i
                    await asyncio.sleep(0.001)
            return StreamingResponse(numbers())

        @app.get("/endless")
        async def endless():
            async def numbers():
                try:
                    while True:
                        yield b"x"
                        await asyncio.sleep(0.001)
                finally:
                    marks.append("stopped")
            return StreamingResponse(numbers())

        @app.get("/poll")
        async def poll(request: Request):
            while not await request.is_disconnected():
                await asyncio.sleep(0.001)
            marks.append("noticed")

        @app.get("/file")
        async def file():
            return FileResponse(__file__)

        @app.get("/background")
        async def background(tasks: BackgroundTasks):
            tasks.add_task(marks.append, "background")
            return "queued"

        @app.get("/fault")
        async def fault():
            raise ValueError("a fault")

        @app.get("/marks")
        async def said():
            copy = list(marks)
            marks.clear()
            return copy

        @app.websocket("/ws")
        async def ws(socket: WebSocket):
            await socket.accept()
            try:
                while True:
                    await socket.send_text("echo " + await socket.receive_text())
            except WebSocketDisconnect as error:
                marks.append(error.code)

        @app.websocket("/refused")
        async def refused(socket: WebSocket):
            await socket.close()
        '''

    def get(self, path, **more):
        return self.c.response(self.c.request(http_scope(path=path, **more)))

    def await_marks(self, expected):
        marks, deadline = [], time.monotonic() + 10
        while not set(expected) <= set(marks):
            self.assertLess(time.monotonic(), deadline, marks)
            marks += eval(self.get("/marks")[2])

    def test_the_common_kinds_of_endpoints_answer(self):
        self.assertEqual(b'{"number":5,"q":"a","r":"resource"}', self.get("/items/5", query=b"q=a")[2])
        self.assertEqual(422, self.get("/items/x")[0])
        self.assertEqual(b'"in a thread"', self.get("/sync")[2])
        self.assertEqual(b"01234", self.get("/stream")[2])
        self.assertEqual(404, self.get("/nowhere")[0])
        self.assertIn((b"x-middleware", b"1"), self.get("/sync")[1])
        self.await_marks(["released"])

    def test_uploads_and_files_arrive_whole(self):
        s = self.c.request(http_scope("POST", "/size"), b"x" * 1000, end=False)
        self.c.send(BODY, s, END, b"y" * 50000)
        self.assertEqual(b"51000", self.c.response(s)[2])
        with open(os.path.join(self.front.folder, "app_under_test.py"), "rb") as file:
            text = file.read()
        self.assertEqual((200, text), self.get("/file")[0::2][:2])

    def test_background_tasks_run_after_the_response(self):
        self.assertEqual(b'"queued"', self.get("/background")[2])
        self.await_marks(["background"])

    def test_a_fault_is_answered_by_the_framework_and_logged_once(self):
        self.assertEqual((500, b"Internal Server Error"), self.get("/fault")[0::2][:2])
        self.front.await_log("ValueError: a fault")
        self.assertEqual(1, self.log_of(0).count("Exception in ASGI application"))

    def test_streams_and_polls_end_when_the_client_leaves(self):
        streams = [self.c.request(http_scope(path=path)) for path in ("/endless", "/poll")]
        self.c.next(streams[0])
        for s in streams:
            self.c.send(DISCONNECT, s)
        self.await_marks(["stopped", "noticed"])
        self.assertEqual(0, self.log_of(0).count("ClientDisconnected"))

    def test_websockets_echo_and_end(self):
        s = self.c.request(ws_scope("/ws"), end=False)
        self.assertEqual("WS_ACCEPT", self.c.next(s).name)
        self.c.send(WS_TEXT, s, 0, b"x")
        self.assertEqual("WS_TEXT", self.c.next(s).name)
        self.c.send(DISCONNECT, s, 0, struct.pack("<H", 1001))
        self.await_marks([1001])
        self.assertEqual("WS_CLOSE", self.c.next(self.c.request(ws_scope("/refused"), end=False)).name)


@unittest.skipUnless(installed("flask"), "Flask is not installed here")
class FlaskTest(WorkerCase):
    SOURCE = '''
        from flask import Flask, Response, request, send_file
        app = Flask(__name__)

        @app.route("/size", methods=["POST"])
        def size():
            return str(len(request.get_data()))

        @app.route("/form", methods=["POST"])
        def form():
            return request.form["a"] + request.files["f"].read().decode()

        @app.route("/stream")
        def stream():
            return Response(str(i) for i in range(5))

        @app.route("/file")
        def file():
            return send_file(__file__)
        '''

    def test_requests_are_answered(self):
        self.assertEqual("wsgi", self.c.hello["interface"])
        s = self.c.request(http_scope("POST", "/size", headers=[(b"host", b"x"), (b"transfer-encoding", b"chunked")]), b"ab", end=False)
        self.c.send(BODY, s, END, b"cde")
        self.assertEqual(b"5", self.c.response(s)[2])
        body = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--B\r\n'
        body += b'Content-Disposition: form-data; name="f"; filename="f"\r\n\r\ncontent\r\n--B--\r\n'
        headers = [(b"host", b"x"), (b"content-type", b"multipart/form-data; boundary=B"), (b"content-length", b"%d" % len(body))]
        self.assertEqual(b"1content", self.c.response(self.c.request(http_scope("POST", "/form", headers=headers), body))[2])
        for path, size in (("/stream", 5), ("/nowhere", 207)):
            self.assertEqual(size, len(self.c.response(self.c.request(http_scope(path=path, headers=[(b"host", b"x")])))[2]))
        s = self.c.request(http_scope(path="/file", headers=[(b"host", b"x")]))
        self.assertEqual(["START", "PATHSEND"], [self.c.next(s).name for _ in range(2)])


if __name__ == "__main__":
    unittest.main()
