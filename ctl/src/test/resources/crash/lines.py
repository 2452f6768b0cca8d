"""Writes numbered lines, in bursts as fast as can be and no more than RATE a second, until TERM or for SECONDS. A second instance at the
same time is noticed by a lock, and each notes at its end how much it has written, so that anything missing shows: NAME.twice, NAME.ends.

lines.py FOLDER NAME RATE [SECONDS]
"""
import fcntl
import os
import signal
import sys
import time

PID = os.getpid()
STEP_S = 0.05
FOLDER, NAME, RATE = sys.argv[1], sys.argv[2], int(sys.argv[3])
SECONDS = float(sys.argv[4]) if len(sys.argv) > 4 else 1e9
written = 0
terms = []


def note(kind, text):
    fd = os.open("%s/%s.%s" % (FOLDER, NAME, kind), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(fd, text.encode())
    os.close(fd)


def put(data):
    global written
    rest = memoryview(data)
    while rest:
        done = os.write(1, rest)
        written += done
        rest = rest[done:]


def burst(first, count):
    # A line cut in two and joined with another would not fit: its last word follows from its number.
    return "".join(["%d %09d %09d\n" % (PID, n, n * 7919 % 1000000000) for n in range(first, first + count)]).encode()


def write(began):
    number, count, due = 0, max(1, int(RATE * STEP_S)), began
    while not terms and due < began + SECONDS:
        put(burst(number, count))
        number += count
        due = max(due + STEP_S, time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))


signal.signal(signal.SIGTERM, lambda *_: terms.append(1))
lock = os.open("%s/%s.lock" % (FOLDER, NAME), os.O_WRONLY | os.O_CREAT, 0o644)
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    note("twice", "%d\n" % PID)
began_ns = time.monotonic_ns()
why = "end"
try:
    write(time.monotonic())
except BrokenPipeError:
    why = "pipe"
note("ends", "%d %d %d %d %s\n" % (PID, began_ns, time.monotonic_ns(), written, why))
os._exit(0 if why == "end" else 1)
