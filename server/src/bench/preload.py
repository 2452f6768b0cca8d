#!/usr/bin/python3
"""Memory of the Python processes of a FastAPI application, with and without preload_app: the sum of their Pss, a template's included.

Prints a table in Markdown. Needs a built distribution and FastAPI; takes about a minute.
"""

import argparse
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import processes
from generators import HERE, HOST, PYTHON

REQUESTS = 400


def free_port():
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]


def python_processes(root):
    return [pid for pid in processes.tree(root) if "lib/worker" in processes.command_line(pid)]


def measure(command, app, workers, more):
    """(number of Python processes, MB) of a server that has answered requests."""
    port = free_port()
    arguments = [command, "serve", app, f"--bind={HOST}:{port}", f"--workers={workers}", f"--python={PYTHON}", "--access-log=", *more]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen([*arguments, f"--app-dir={HERE / 'apps'}"], stdout=log, stderr=log)
        try:
            await_workers(server, workers + len(more), port)
            for number in range(REQUESTS):
                urllib.request.urlopen(f"http://{HOST}:{port}/items/{number}?q=x", timeout=10).read()
            pids = python_processes(server.pid)
            return len(pids), sum(processes.kilobytes(pid, "smaps_rollup", "Pss:") for pid in pids) / 1024
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def await_workers(server, number, port):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/items/1", timeout=10).read()
            if len(python_processes(server.pid)) >= number:
                time.sleep(3)
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server does not start")


def main():
    home = Path(__file__).resolve().parents[3] / "target" / "corral"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", default=str(home), help="corral's distribution")
    parser.add_argument("--app", default="fast:app")
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    print("| | Python processes | MB (Pss) |\n| --- | ---: | ---: |")
    for title, more in (("each loads it", []), ("preload_app", ["--preload-app"])):
        count, megabytes = measure(f"{options.home}/bin/corral", options.app, options.workers, more)
        print(f"| {title} | {count} | {megabytes:.1f} |", flush=True)


if __name__ == "__main__":
    main()
