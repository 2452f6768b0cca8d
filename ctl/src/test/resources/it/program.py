"""A program for tests: says that it is ready, answers HTTP on the sockets that it has inherited, and does what files in its folder tell it."""
import os
import select
import signal
import socket
import sys

folder = sys.argv[1]
ended = False
memory = []


def say(text):
    path = os.environ.get("NOTIFY_SOCKET")
    if path:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(text.encode(), path)


def told(name):
    return os.path.exists(os.path.join(folder, name))


def on_term(number, frame):
    global ended
    ended = True


def answer(client):
    client.settimeout(10)
    with client:
        request = b""
        while b"\r\n\r\n" not in request:
            part = client.recv(4096)
            if not part:
                return
            request += part
        status = "503 Sick" if told("sick") else "200 OK"
        body = str(os.getpid())
        client.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        client.shutdown(socket.SHUT_WR)
        client.recv(1)


signal.signal(signal.SIGTERM, on_term)
wake, waker = os.pipe()
os.set_blocking(waker, False)
signal.set_wakeup_fd(waker)
listeners = [socket.socket(fileno=3 + i) for i in range(int(os.environ.get("LISTEN_FDS", "0")))]
blocking = [os.get_blocking(listener.fileno()) for listener in listeners]
for listener in listeners:
    listener.setblocking(False)
print("sockets", os.environ.get("LISTEN_FDS"), os.environ.get("LISTEN_FDNAMES"), blocking, flush=True)
waits = "wait" in sys.argv[2:]
ready = False
while not ended:
    if not ready and (not waits or told("go")):
        ready = True
        say("READY=1")
    if told("grow") and len(memory) < 100:
        memory.append(bytes(1024) * 1024)
    for found in select.select(listeners + [wake], [], [], 0.02)[0]:
        if found is not wake and not ended:
            try:
                client = found.accept()[0]
            except BlockingIOError:
                continue
            answer(client)
