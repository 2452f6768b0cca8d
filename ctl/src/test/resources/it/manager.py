"""A service manager's ear: binds a notify socket and writes one line for each message to a file, the sender's pid first.

With a third argument it keeps as many descriptors as that says, as systemd does (sd_notify(3)), and passes copies to whoever
connects to that address with ".store" at its end, after a line with the number and one with the names."""

import array
import os
import select
import socket
import struct
import sys

stored = []  # name, descriptor


def identity(fd):
    status = os.fstat(fd)
    return status.st_dev, status.st_ino


def keep(tags, descriptors, room):
    name = next((tag[7:] for tag in tags if tag.startswith("FDNAME=")), "stored")
    usable = len(name) <= 255 and ":" not in name and name.isascii() and name.isprintable()
    if "FDSTOREREMOVE=1" in tags:
        for entry in [entry for entry in stored if entry[0] == name]:
            stored.remove(entry)
            os.close(entry[1])
    for fd in descriptors:
        known = any(identity(fd) == identity(other) for _, other in stored)
        if "FDSTORE=1" in tags and "FDPOLL=0" in tags and usable and len(stored) < room and not known:
            stored.append((name, fd))
        else:
            os.close(fd)


def hear(ear, lines, room):
    message, ancillary, _, _ = ear.recvmsg(8192, 4096)
    sender, descriptors = 0, array.array("i")
    for level, kind, data in ancillary:
        if kind == socket.SCM_CREDENTIALS:
            sender = struct.unpack("3i", data)[0]
        elif kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) // 4 * 4])
    tags = message.decode().split("\n")
    keep(tags, descriptors, room)
    lines.write("%d %s\n" % (sender, " | ".join(tags)))


def give(shop, room):
    client, _ = shop.accept()
    with client:
        head = "%d\n%s\n" % (room, ":".join(name for name, _ in stored))
        socket.send_fds(client, [head.encode()], [fd for _, fd in stored])


def main(address, output, room="0"):
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    ear.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)
    ears = [ear]
    if int(room) > 0:
        shop = socket.socket(socket.AF_UNIX)
        shop.bind(address + ".store")
        shop.listen(10)
        ears.append(shop)
    with open(output, "a", buffering=1, encoding="utf-8") as lines:
        lines.write("bound\n")
        while True:
            for ready in select.select(ears, [], [])[0]:
                if ready is ear:
                    hear(ear, lines, int(room))
                else:
                    give(shop, int(room))


main(*sys.argv[1:])
