"""Leaves a daemon in a session of its own, as daemons of old do, and goes on."""

import os
import signal
import sys
import time


def daemon(output):
    os.setsid()
    if os.fork():
        os._exit(0)
    parent = os.getppid()
    while os.getppid() == parent and parent != 1:
        time.sleep(0.01)
    with open(output, "w", encoding="ascii") as file:
        file.write("%d %d\n" % (os.getpid(), os.getppid()))
    time.sleep(0.3)
    os._exit(3)


if os.fork() == 0:
    daemon(sys.argv[1])
os.wait()
print("left alone", flush=True)
signal.pause()
