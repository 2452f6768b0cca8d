"""What systemd does for a service with a store of descriptors: passes what is in it and becomes the service."""

import fcntl
import os
import socket
import sys

client = socket.socket(socket.AF_UNIX)
client.connect(sys.argv[1])
head, descriptors, _, _ = socket.recv_fds(client, 65536, 253)
room, names = head.decode().split("\n")[:2]
high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 400) for fd in descriptors]
os.closerange(3, 400)
for number, fd in enumerate(high):
    os.dup2(fd, 3 + number)
os.environ["FDSTORE"] = room
if high:
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(high)), LISTEN_FDNAMES=names)
os.execv(sys.argv[2], sys.argv[2:])
