"""Holds a listening TCP socket and starts fronts on it, one at once and another at each SIGUSR1, each with a worker socket of its own, as the
daemon does. The pid of the last one is in front.pid, its log in front-N.log. On TERM it ends them all.

usage: hold.py PORT PATH COMMAND...
"""
import os
import signal
import socket
import subprocess
import sys

clients = socket.socket()
clients.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
clients.bind(("127.0.0.1", int(sys.argv[1])))
clients.listen(2048)
path = sys.argv[2]
fronts = []
for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGCHLD):
    signal.signal(number, lambda number, stack: None)
signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGUSR1, signal.SIGTERM, signal.SIGCHLD))


def start():
    index = len(fronts)
    workers = socket.socket(socket.AF_UNIX)
    workers.bind("%s.%d" % (path, index))
    workers.listen(2048)
    os.rename("%s.%d" % (path, index), path)

    def place():
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGUSR1, signal.SIGTERM, signal.SIGCHLD))
        # Out of the way first: one of them may be 3 or 4.
        for source, far, near in ((clients, 50, 3), (workers, 51, 4)):
            os.dup2(source.fileno(), far)
        os.dup2(50, 3)
        os.dup2(51, 4)
        os.closerange(5, 64)

    with open("front-%d.log" % index, "wb") as log:
        process = subprocess.Popen(sys.argv[3:], stdout=log, stderr=log, close_fds=False, preexec_fn=place)
    fronts.append((process, workers))
    with open("front.pid.new", "w") as file:
        file.write(str(process.pid))
    os.rename("front.pid.new", "front.pid")


start()
while True:
    number = signal.sigwait((signal.SIGUSR1, signal.SIGTERM, signal.SIGCHLD))
    if number == signal.SIGUSR1:
        start()
    for process, workers in fronts:
        if number == signal.SIGTERM and process.poll() is None:
            process.terminate()
        if process.poll() is not None:
            workers.close()
    if number == signal.SIGTERM:
        break
for process, _ in fronts:
    process.wait()
