"""Load that wrk cannot make: new TLS connections, WebSocket echoes, and a mix of fast and blocking requests.

Runs as a process of its own: python3 load (handshakes|echo|mix) --port N … One thread over epoll. Prints one line of JSON:
requests, seconds, p50_us, p99_us, errors by kind, and more for the mix. After the last request is sent, answers are waited
for, for up to ten seconds: what is missing then is an error, and not left out.
"""

import argparse
import json

from echo import Echo
from handshakes import Handshakes
from mix import Mix


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("handshakes", "echo", "mix"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", default="/")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--size", type=int, default=64, help="bytes of a WebSocket message, up to 125")
    parser.add_argument("--slow-path", default="/block")
    parser.add_argument("--slow-ms", type=float, default=200, help="less than this for a slow request is an error")
    parser.add_argument("--slow-share", type=float, default=0.05)
    parser.add_argument("--rate", type=float, default=0, help="requests per second of the mix; 0: as fast as they are answered")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    kind = {"handshakes": Handshakes, "echo": Echo, "mix": Mix}[options.kind]
    print(json.dumps(kind(options).run(options.seconds)))


if __name__ == "__main__":
    main()
