"""Says that it is ready, then every 0.2 s a status with a number and that it lives; goes on when nobody hears it."""
import itertools
import os
import signal
import socket
import time

ended = []
signal.signal(signal.SIGTERM, lambda *_: ended.append(1))
say = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
say.setblocking(False)
first = "READY=1\n"
for number in itertools.count():
    if ended:
        break
    try:
        say.sendto(("%sWATCHDOG=1\nSTATUS=beat %d" % (first, number)).encode(), os.environ["NOTIFY_SOCKET"])
        first = ""
    except (OSError, KeyError):
        pass
    time.sleep(0.2)
