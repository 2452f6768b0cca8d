"""A service manager's ear: binds a notify socket and writes one line for each message to a file, the sender's pid first."""

import socket
import struct
import sys


def main(address, output):
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    ear.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)
    with open(output, "a", buffering=1, encoding="utf-8") as lines:
        lines.write("bound\n")
        while True:
            message, ancillary, _, _ = ear.recvmsg(8192, 256)
            sender = struct.unpack("3i", ancillary[0][2])[0]
            lines.write("%d %s\n" % (sender, message.decode().replace("\n", " | ")))


main(*sys.argv[1:])
