"""Makes the golden frames in ../resources/frames: one file per frame type of PROTOCOL.md, and frames.txt, which says what is in each."""

import marshal
import os
import struct

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "frames")
END, EXPECT, HALF, REFUSED, LENDABLE, LONG = 1, 2, 2, 2, 4, 8

SCOPE = {
    "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "POST", "scheme": "http",
    "path": "/a/\u00fcb", "raw_path": b"/a/%C3%BCb", "query_string": b"x=1&y=%20", "root_path": "",
    "headers": [(b"host", b"example.com"), (b"content-length", b"5"), (b"x-eight-bit", b"\xe9")],
    "client": ("127.0.0.1", 54321), "server": ("127.0.0.1", 8000),
    "extensions": {"http.response.pathsend": {}, "http.response.early_hint": {}},
}
WS_SCOPE = {
    "type": "websocket", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "scheme": "ws",
    "path": "/chat", "raw_path": b"/chat", "query_string": b"", "root_path": "", "headers": [(b"host", b"example.com")],
    "client": None, "server": ("/run/front.sock", None), "subprotocols": ["chat", "superchat"],
    "extensions": {"websocket.http.response": {}},
}
HEADERS = [(b"content-type", b"text/plain"), (b"X-Twice", b"1"), (b"x-twice", b"2")]


class Value:
    """A payload in marshal format."""

    def __init__(self, value):
        self.value = value


def u32(number):
    return struct.pack("<I", number)


def close(code, reason):
    return struct.pack("<H", code) + reason.encode()


# (file, type, stream, flags, payload)
FRAMES = [
    ("0x01-hello", 0x01, 0, 0, Value({"version": 1, "loops": 2, "loop": 0, "window": 65536, "front": 4710})),
    ("0x02-request", 0x02, 1, END, Value((SCOPE, b"hello"))),
    ("0x02-request-expect", 0x02, 2, EXPECT, Value((SCOPE, b""))),
    ("0x02-request-lendable", 0x02, 4, END | LENDABLE, Value((SCOPE, b"hello"))),
    ("0x02-request-long", 0x02, 4, LENDABLE | LONG, Value((SCOPE, b"hello"))),
    ("0x02-request-websocket", 0x02, 3, 0, Value((WS_SCOPE, b""))),
    ("0x03-body", 0x03, 2, END, b"hello"),
    ("0x04-credit", 0x04, 2, 0, u32(32768)),
    ("0x05-disconnect", 0x05, 2, 0, b""),
    ("0x05-disconnect-half", 0x05, 2, HALF, b""),
    ("0x05-disconnect-websocket", 0x05, 3, 0, close(1001, "going away")),
    ("0x06-ws-text", 0x06, 3, 0, "gr\u00fc\u00dfe".encode()),
    ("0x07-ws-binary", 0x07, 3, 0, b"\x00\xff\x80"),
    ("0x08-ping", 0x08, 0, 0, b"\x01\x02\x03\x04\x05\x06\x07\x08"),
    ("0x09-stop", 0x09, 0, 0, b""),
    ("0x0a-due", 0x0A, 0, 0, b""),
    ("0x0b-going", 0x0B, 0, 0, b""),
    ("0x0c-last", 0x0C, 0, 0, b""),
    ("0x0d-loan", 0x0D, 4, 0, u32(30000)),
    ("0x0d-loan-refused", 0x0D, 4, REFUSED, u32(0)),
    ("0x0e-body-loan", 0x0E, 4, 0, struct.pack("<Q", 5 << 32)),
    ("0x0e-body-loan-refused", 0x0E, 4, REFUSED, struct.pack("<Q", 0)),
    ("0x41-hello", 0x41, 0, 0, Value({
        "version": 1, "pid": 4711, "worker": 0, "set": 1, "connection": 0, "capacity": 0, "served": 17, "ledger": 7,
        "token": b"12345678", "slot": 1, "loans": "corral-loans-0123456789abcdef", "interface": "asgi3", "python": "3.11.2", "spec": "2.4",
    })),
    ("0x42-start", 0x42, 1, 0, Value((200, HEADERS, False))),
    ("0x42-start-trailers", 0x42, 1, 0, Value((200, HEADERS, True))),
    ("0x43-body", 0x43, 1, 0, b"part"),
    ("0x43-body-end", 0x43, 1, END, b""),
    ("0x44-response", 0x44, 1, END, Value((404, HEADERS, b"not found"))),
    ("0x44-response-part", 0x44, 1, 0, Value((200, [], b"part"))),
    ("0x45-credit", 0x45, 2, 0, u32(5)),
    ("0x45-credit-continue", 0x45, 2, 0, u32(0)),
    ("0x46-pathsend", 0x46, 1, END, "/srv/f\u00fcr/file.txt".encode()),
    ("0x47-trailers", 0x47, 1, END, Value([(b"x-checksum", b"abc")])),
    ("0x48-inform", 0x48, 1, 0, Value((103, [(b"link", b"</style.css>; rel=preload")]))),
    ("0x49-abort", 0x49, 1, END, b"ValueError: no"),
    ("0x4a-pong", 0x4A, 0, 0, b"\x01\x02\x03\x04\x05\x06\x07\x08"),
    ("0x4b-stopping", 0x4B, 0, 0, b""),
    ("0x4c-ready", 0x4C, 0, 0, b""),
    ("0x4d-ws-accept", 0x4D, 3, 0, Value(("chat", [(b"x-a", b"b")]))),
    ("0x4d-ws-accept-plain", 0x4D, 3, 0, Value((None, []))),
    ("0x4e-ws-text", 0x4E, 3, 0, "gr\u00fc\u00dfe".encode()),
    ("0x4f-ws-binary", 0x4F, 3, 0, b"\x00\xff\x80"),
    ("0x50-ws-close", 0x50, 3, END, close(1000, "bye")),
    ("0x51-borrow", 0x51, 4, 0, b""),
    ("0x52-sent", 0x52, 4, 0, struct.pack("<Q", 5 << 32)),
    ("0x52-sent-end", 0x52, 4, END, struct.pack("<Q", 262144)),
    ("0x53-borrow-body", 0x53, 4, 0, b""),
    ("0x54-received", 0x54, 4, 0, struct.pack("<Q", 5 << 32)),
    ("0x54-received-end", 0x54, 4, END, struct.pack("<Q", 262144)),
]


def encode(kind, stream, flags, payload):
    """A frame as bytes."""
    data = marshal.dumps(payload.value, 2) if isinstance(payload, Value) else payload
    return struct.pack("<IIBBH", len(data), stream, kind, flags, 0) + data


def describe(name, kind, stream, flags, payload):
    """A line of frames.txt."""
    shown = "marshal " + ascii(payload.value) if isinstance(payload, Value) else ascii(payload)
    return "%s.bin type=0x%02x stream=%d flags=0x%02x %s\n" % (name, kind, stream, flags, shown)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    lines = ["# Made by src/test/python/make_frames.py. File, header, payload as a Python value; marshal format version 2.\n"]
    for entry in FRAMES:
        with open(os.path.join(FOLDER, entry[0] + ".bin"), "wb") as file:
            file.write(encode(*entry[1:]))
        lines.append(describe(*entry))
    with open(os.path.join(FOLDER, "frames.txt"), "w") as file:
        file.writelines(lines)


if __name__ == "__main__":
    main()
