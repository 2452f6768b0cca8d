"""Says when it is ready; SIGUSR1: asks for a successor. What it does at the start says the file "version"."""
import os
import signal
import socket
import sys
import time


def say(text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.connect(os.environ["NOTIFY_SOCKET"])
        s.send(text.encode())


ended = []
signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
signal.signal(signal.SIGUSR1, lambda *_: say("X_CORRAL_REPLACE=asked to"))
with open("version", encoding="utf-8") as f:
    version = f.read().strip()
if version == "broken":
    say("STATUS=it is broken")
    raise RuntimeError("the version is broken")
if version != "slow":
    say("READY=1\nSTATUS=version " + version)
while not ended:
    time.sleep(0.02)
if version == "leaves":
    sys.exit(1)
