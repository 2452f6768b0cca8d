"""The demo service that etc/corral.conf serves: main.py, or where there is no FastAPI the plain ASGI application raw.py."""

import sys

try:
    from main import app
except ModuleNotFoundError as missing:
    if missing.name != "fastapi":
        raise
    print("demo: there is no FastAPI for", sys.executable, "so raw.py is served instead of main.py", file=sys.stderr)
    from raw import app

__all__ = ["app"]
