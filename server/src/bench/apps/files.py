"""Starlette's StaticFiles over the folder in BENCH_FILES: as it is under /plain, and under /sent with pathsend.

Later versions of Starlette than Debian's use the extension http.response.pathsend by themselves where a server offers it; /sent
does the same with this one. A server that does not offer it gets the very same answer from both.
"""

import os

from starlette.applications import Starlette
from starlette.responses import FileResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

PATHSEND = "http.response.pathsend"


class SentFile:
    """The answer of a FileResponse, whose body is left to the server."""

    def __init__(self, response):
        self.response = response

    async def __call__(self, scope, receive, send):
        status, headers = self.response.status_code, self.response.raw_headers
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": PATHSEND, "path": os.path.abspath(self.response.path)})


class SentFiles(StaticFiles):
    def file_response(self, full_path, stat_result, scope, *more, **named):
        response = super().file_response(full_path, stat_result, scope, *more, **named)
        offered = PATHSEND in (scope.get("extensions") or {})
        return SentFile(response) if offered and isinstance(response, FileResponse) else response


folder = os.environ["BENCH_FILES"]
app = Starlette(routes=[Mount("/plain", StaticFiles(directory=folder)), Mount("/sent", SentFiles(directory=folder))])
