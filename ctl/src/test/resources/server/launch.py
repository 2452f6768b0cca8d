"""Becomes a command that finds a listening TCP socket at descriptor 3 and a listening Unix socket at 4, as the daemon gives them.

usage: launch.py PORT PATH COMMAND...
"""
import os
import socket
import sys

clients = socket.socket()
clients.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
clients.bind(("127.0.0.1", int(sys.argv[1])))
clients.listen(2048)
workers = socket.socket(socket.AF_UNIX)
workers.bind(sys.argv[2])
workers.listen(2048)
# Out of the way first: one of them may be 3 or 4.
high = [os.dup(s.fileno()) for s in (clients, workers)]
clients.detach()
workers.detach()
for target, source in zip((3, 4), [os.dup2(fd, 10 + i) for i, fd in enumerate(high)]):
    os.dup2(source, target, inheritable=True)
os.closerange(5, 64)
os.execv(sys.argv[3], sys.argv[3:])
