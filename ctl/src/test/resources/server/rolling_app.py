"""Answers with its version, which the file "version" in its directory says, and its pid."""
import os

with open("version", encoding="utf-8") as f:
    VERSION = f.read().strip()
if VERSION == "broken":
    raise RuntimeError("the version is broken")


async def app(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError("http only")
    body = b"%s %d" % (VERSION.encode(), os.getpid())
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
