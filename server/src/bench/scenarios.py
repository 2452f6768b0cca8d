"""What is measured: the application, the load, what a right answer looks like, and what corral should reach."""

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Callable, Optional

import generators
from servers import CORRAL, GUNICORN, NGINX, UVICORN, Setup

MEBIBYTE = 1 << 20
FILE_SIZES = {"100k.bin": 100 << 10, "1m.bin": MEBIBYTE}
ASGI_SERVERS = (CORRAL, GUNICORN, UVICORN)
MIX_RATE = 100  # requests per second: the blocking ones fill one worker of four, on average


FULL_HANDSHAKES = (
    "New TLS connections are full TLS 1.3 handshakes without resumption. The client's half takes about as much CPU as the server's and "
    "is made on the same CPUs, which levels requests/s; the target is therefore judged by requests per CPU second of the server."
)
DUE = (
    f"The mix comes at random times, {MIX_RATE}/s, the same for each server, over 64 keep-alive connections; a request waits from the "
    "moment it is due. A blocking request holds up its worker's event loop (`time.sleep`)."
)
PATHSEND = (
    "Files: Debian's Starlette does not know `http.response.pathsend`; the application uses it where it is offered, which is by corral "
    "only, and else answers as StaticFiles does. nginx is there to compare with, not as a target."
)


@dataclass(frozen=True)
class Probe:
    """A request whose right answer is known. `size`: exact bytes of the body; `text`: what is in it."""

    path: str = "/"
    post_bytes: int = 0
    size: int = 0
    text: bytes = b""

    def accepts(self, body):
        return (not self.size or len(body) == self.size) and self.text in body


@dataclass(frozen=True)
class Target:
    """`measure`: what corral's is divided by gunicorn's: rps, per_cpu (requests per CPU second), or a latency."""

    measure: str
    ratio: float
    at_most: bool = False

    def is_met(self, ratio):
        return ratio <= self.ratio if self.at_most else ratio >= self.ratio


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    setup: Setup
    probe: Probe
    load: Callable  # (scenario, port, seconds, seed) -> Load
    target: Optional[Target] = None
    servers: tuple = ASGI_SERVERS
    connections: int = 64
    idle: int = 0  # further connections that are open meanwhile, all in use once before
    note: str = ""  # what a reader of the table must know
    stretch: float = 1  # how much longer than others a round is: rare requests need time for their p99

    def run(self, port, seconds, seed):
        return self.load(self, port, seconds, seed)

    def idling(self, port):
        return generators.idle_connections(port, self.idle, self.probe.path) if self.idle else nullcontext(lambda: 0)


def by_wrk(scenario, port, seconds, seed):
    probe = scenario.probe
    return generators.wrk(port, probe.path, seconds, scenario.connections, scenario.setup.tls, probe.post_bytes)


def by_handshakes(scenario, port, seconds, seed):
    return generators.own("handshakes", port, seconds, scenario.connections)


def by_echo(scenario, port, seconds, seed):
    return generators.own("echo", port, seconds, scenario.connections)


def by_mix(scenario, port, seconds, seed):
    return generators.own("mix", port, seconds, scenario.connections, rate=MIX_RATE, seed=seed)


def by_full_mix(scenario, port, seconds, seed):
    return generators.own("mix", port, seconds, scenario.connections, seed=seed)


def file_scenario(name, title, path, target=None):
    size = FILE_SIZES[path.rsplit("/", 1)[1]]
    servers = (*ASGI_SERVERS, NGINX)
    return Scenario(name, title, Setup("files:app"), Probe(path, size=size), by_wrk, target, servers, connections=32, note=PATHSEND)


RAW, HELLO = Setup("raw:app"), Probe(text=b"Hello")
RAW_TLS, RAW_FOUR = Setup("raw:app", tls=True), Setup("raw:app", workers=4)
FLASK, ITEM = Setup("flasked:app", threads=4), Probe("/items/7", text=b'"number":7')

SCENARIOS = (
    Scenario("raw", "raw ASGI, 14 bytes", RAW, HELLO, by_wrk, Target("rps", 1.5)),
    Scenario("fastapi", "FastAPI JSON", Setup("fast:app"), Probe("/items/7?q=x", text=b'"number":7'), by_wrk, Target("rps", 1.2)),
    Scenario("response", "1 MiB response", RAW, Probe("/mebibyte", size=MEBIBYTE), by_wrk, connections=16),
    Scenario("upload", "1 MiB upload", RAW, Probe("/upload", MEBIBYTE, text=b"1048576"), by_wrk, connections=16),
    Scenario("tls", "TLS, keep-alive", RAW_TLS, HELLO, by_wrk, Target("rps", 1.5)),
    Scenario(
        "tls-new",
        "TLS, each request a new connection",
        RAW_TLS,
        HELLO,
        by_handshakes,
        Target("per_cpu", 3),
        connections=32,
        note=FULL_HANDSHAKES,
    ),
    Scenario("websocket", "WebSocket echo, 64 bytes", RAW, HELLO, by_echo),
    file_scenario("static", "file of 100 KiB, pathsend where offered", "/sent/100k.bin", Target("rps", 5)),
    file_scenario("static-1m", "file of 1 MiB, pathsend where offered", "/sent/1m.bin"),
    file_scenario("static-plain", "file of 100 KiB, StaticFiles without pathsend", "/plain/100k.bin"),
    Scenario("idle", "raw ASGI, 1000 idle connections beside", RAW, HELLO, by_wrk, idle=1000),
    Scenario(
        "mix",
        f"95 % fast, 5 % blocking 200 ms, {MIX_RATE}/s, 4 workers",
        RAW_FOUR,
        HELLO,
        by_mix,
        Target("fast_p99", 1 / 3, at_most=True),
        stretch=3,
        note=DUE,
    ),
    Scenario("mix-full", "the same mix, as fast as it goes", RAW_FOUR, HELLO, by_full_mix, stretch=2),
    Scenario("wsgi", "Flask JSON, 4 threads (gunicorn: gthread)", FLASK, ITEM, by_wrk, servers=(CORRAL, GUNICORN)),
)
