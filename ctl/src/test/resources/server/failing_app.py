"""An app that harms its worker in every way an app can."""
import ctypes
import os
import socket
import stat
import sys
import time


async def answer(send, text):
    data = str(text).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(data))]})
    await send({"type": "http.response.body", "body": data})


def links():
    """Descriptors of the connections to the front."""
    found = []
    for fd in range(3, 64):
        try:
            if not stat.S_ISSOCK(os.fstat(fd).st_mode):
                continue
            with socket.socket(fileno=os.dup(fd)) as s:
                s.getpeername()
                if s.family == socket.AF_UNIX and s.type == socket.SOCK_STREAM and s.getpeername():
                    found.append(fd)
        except OSError:
            continue
    return found


async def app(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError("http only")
    path = scope["path"]
    if path == "/segfault":
        ctypes.string_at(0)
    elif path == "/exit":
        os._exit(7)
    elif path == "/half-exit":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
        await send({"type": "http.response.body", "body": b"hello", "more_body": True})
        while True:
            message = await receive()
            if not message.get("more_body"):
                break
        os._exit(7)
    elif path == "/block":
        time.sleep(float(scope["query_string"]))
    elif path == "/block-until":
        while not os.path.exists(scope["query_string"]):
            time.sleep(0.02)
    elif path == "/garbage":
        data = {b"random": os.urandom(5000), b"huge": b"\xff" * 64, b"zeros": bytes(4096), b"type": b"\0\0\0\0\1\0\0\0\x7f\0\0\0"}
        for fd in links():
            os.write(fd, data[scope["query_string"]])
    elif path == "/flood":
        for _ in range(200):
            sys.stdout.write("flood " * 20000 + "\n")
        sys.stdout.flush()
    elif path == "/close-links":
        for fd in links():
            socket.socket(fileno=os.dup(fd)).shutdown(socket.SHUT_RDWR)
    await answer(send, "probe" if path == "/probe" else os.getpid())
