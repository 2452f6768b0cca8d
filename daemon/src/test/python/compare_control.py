#!/usr/bin/python3
"""Sends the same requests to two control servers and prints where their answers differ.

    compare_control.py EXPECTED_SOCKET ACTUAL_SOCKET

Both must have the processes of ControlComparisonTest. Exit status 1 if anything differs.
"""
import socket
import sys
import xmlrpc.client

METHOD_LISTS = ["system.listMethods"]

NAMES = ["cat", "cat:cat", "cat:*", "cat:", "g:*", "g:one", "one", "nosuch", "g:nosuch", "nosuch:*", "", ":", "*"]

READS = [(0, 0), (0, 5), (6, 3), (12, 5), (100, 5), (100, 0), (-3, 0), (-12, 0), (-100, 0), (-3, 1), (0, -1),
         (-1, -1), ("0", "5"), (" 6 ", "3"), (1.5, 2), (True, 2), ("x", 0), (0, "x"), ([], 0), (0, {}), ("", 0)]

TAILS = [(0, 5), (0, 100), (3, 3), (14, 5), (8, 10), (0, 0), (0, -5), (-3, 2), (12, 5), (11, 1), (5, 7), (12, 0),
         ("0", "5"), ("x", 0), ([], 0)]

SIGNALS = ["CONT", "cont", "SIGCONT", " sigcont ", "18", 18, "FOO", "", "99", 99, -1, 32, "33", "0x1", False, 18.7, [],
           {}]


def calls():
    for name in ["nosuch", "a.b.c", "supervisor", "supervisor.", ".getPID", "supervisor._update", "supervisor.nosuch",
                 "nosuch.getPID", "system.nosuch", "supervisor.getPID.x", "SUPERVISOR.getPID", "supervisor.getpid"]:
        yield name, ()
    for name in ["getAllProcessInfo", "getAllConfigInfo"]:
        yield "supervisor." + name, ()
    for name in ["getAPIVersion", "getVersion", "getSupervisorVersion", "getIdentification", "getState"]:
        yield "supervisor." + name, ()
        yield "supervisor." + name, (1,)
    for name in ["getPID", "clearLog", "shutdown", "restart", "reloadConfig", "getAllProcessInfo", "getAllConfigInfo",
                 "clearAllProcessLogs"]:
        yield "supervisor." + name, (1,)
    for name in ["startProcess", "startProcessGroup", "stopProcess", "stopProcessGroup", "getProcessInfo",
                 "addProcessGroup", "removeProcessGroup", "clearProcessLogs", "signalProcess", "signalProcessGroup",
                 "signalAllProcesses", "readLog", "readProcessStdoutLog", "tailProcessStderrLog", "sendProcessStdin",
                 "sendRemoteCommEvent"]:
        yield "supervisor." + name, ()
        yield "supervisor." + name, (1, 2, 3, 4)
    for bad in [5, 1.5, True, [], ["cat"], {}]:
        for name in ["startProcess", "stopProcess", "getProcessInfo", "clearProcessLogs"]:
            yield "supervisor." + name, (bad,)
        yield "supervisor.signalProcess", (bad, "CONT")
        yield "supervisor.sendProcessStdin", (bad, "x")
        yield "supervisor.sendProcessStdin", ("cat", bad)
        yield "supervisor.readProcessStdoutLog", (bad, 0, 0)
    for bad in [5, [], {}]:
        for name in ["startProcessGroup", "stopProcessGroup", "removeProcessGroup"]:
            yield "supervisor." + name, (bad,)
    yield "supervisor.addProcessGroup", (5,)
    for name in NAMES:
        yield "supervisor.getProcessInfo", (name,)
        if name not in ("cat:*", "cat:"):
            yield "supervisor.stopProcess", (name if not name.startswith("cat") else "nosuch",)
        if not name.startswith("cat"):
            yield "supervisor.clearProcessLog", (name,)
        yield "supervisor.signalProcess", (name, "CONT")
        yield "supervisor.signalProcess", (name, "FOO")
        yield "supervisor.sendProcessStdin", (name, "")
        yield "supervisor.readProcessStdoutLog", (name, 0, 5)
        yield "supervisor.tailProcessStdoutLog", (name, 0, 5)
        yield "supervisor.readProcessStderrLog", (name, 0, 5)
        yield "supervisor.tailProcessStderrLog", (name, 0, 5)
    for name in ["cat", "cat:cat", "cat:*", "nosuch", "g:nosuch", "nosuch:*"]:
        yield "supervisor.startProcess", (name,)
        yield "supervisor.startProcess", (name, False)
    for name in ["g", "nosuch", "cat:*", ""]:
        yield "supervisor.stopProcessGroup", (name,)
        yield "supervisor.signalProcessGroup", (name, "CONT")
        yield "supervisor.signalProcessGroup", (name, "FOO")
        yield "supervisor.addProcessGroup", (name,)
    for name in ["cat", "nosuch", "cat:*"]:
        yield "supervisor.startProcessGroup", (name,)
        yield "supervisor.signalProcessGroup", (name, "CONT")
        yield "supervisor.signalProcessGroup", (name, "FOO")
        yield "supervisor.removeProcessGroup", (name,)
    for signal in SIGNALS:
        yield "supervisor.signalProcess", ("cat", signal)
    for signal in ["CONT", "FOO", 99]:
        yield "supervisor.signalAllProcesses", (signal,)
    for offset, length in READS:
        yield "supervisor.readProcessStdoutLog", ("cat", offset, length)
        yield "supervisor.readProcessLog", ("cat", offset, length)
    for offset, length in TAILS:
        yield "supervisor.tailProcessStdoutLog", ("cat", offset, length)
        yield "supervisor.tailProcessLog", ("cat", offset, length)
    for offset, length in [(-1, 1), (0, -1), ("x", 0), ([], 0)]:
        yield "supervisor.readLog", (offset, length)
        yield "supervisor.readMainLog", (offset, length)
    yield "supervisor.sendRemoteCommEvent", ("type", "data")
    yield "supervisor.sendRemoteCommEvent", (1, True)
    yield from system_calls()


def system_calls():
    yield "system.listMethods", ()
    yield "system.listMethods", (1,)
    for bad in ["nosuch", "", "supervisor", 5]:
        yield "system.methodHelp", (bad,)
        yield "system.methodSignature", (bad,)
    yield "system.methodHelp", ()
    for bad in [5, True, {}, ["x"], [5], [{}, 5]]:
        yield "system.multicall", (bad,)
    yield "system.multicall", ()
    yield "system.multicall", ([],)
    call = lambda method, *params: {"methodName": method, "params": list(params)}
    yield "system.multicall", ([call("supervisor.getAPIVersion"), call("supervisor.getState")],)
    yield "system.multicall", ([{"methodName": "supervisor.getAPIVersion"}, {"params": []}, {}],)
    yield "system.multicall", ([call("system.multicall", [])],)
    yield "system.multicall", ([call("supervisor.startProcess", "nosuch"), call("supervisor.nosuch"),
                                call("supervisor.getAPIVersion", 1), call("")],)
    yield "system.multicall", ([call("supervisor.stopProcessGroup", "g"), call("supervisor.stopProcess", "g:one"),
                                call("supervisor.startProcessGroup", "cat"), call("system.listMethods")],)
    yield "system.multicall", ([{"methodName": "supervisor.getAPIVersion", "params": bad} for bad in [5, True, {}]],)
    # What went wrong inside is only told by number: the text names a Python exception.
    yield "system.multicall", ([call("supervisor.getProcessInfo", 5), {"methodName": 5, "params": []},
                                call("supervisor.readProcessStdoutLog", "cat", "x", 0)],)


GET_PID = b"<?xml version='1.0'?><methodCall><methodName>supervisor.getPID</methodName></methodCall>"


def post(body, *headers, uri="/RPC2", version="HTTP/1.1", method="POST"):
    lines = ["%s %s %s" % (method, uri, version), "Host: x", "Content-Length: %d" % len(body)] + list(headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def get(uri, method="GET", version="HTTP/1.1"):
    return ("%s %s %s\r\nHost: x\r\n\r\n" % (method, uri, version)).encode()


def raw_requests():
    yield "call", post(GET_PID)
    yield "call, close", post(GET_PID, "Connection: close")
    yield "call, HTTP/1.0", post(GET_PID, version="HTTP/1.0")
    yield "call, HTTP/1.0 keep-alive", post(GET_PID, "Connection: keep-alive", version="HTTP/1.0")
    yield "longer uri", post(GET_PID, uri="/RPC2/x")
    yield "query", post(GET_PID, uri="/RPC2?x=y")
    yield "escaped uri", post(GET_PID, uri="/%52PC2")
    yield "no length", b"POST /RPC2 HTTP/1.1\r\nHost: x\r\n\r\n"
    for method in ["GET", "PUT", "DELETE"]:
        yield method, get("/RPC2", method)
    for name, body in {
            "junk": b"junk", "empty element": b"<x/>", "no name": b"<methodCall><params/></methodCall>",
            "empty name": b"<methodCall><methodName></methodName></methodCall>", "cut": GET_PID[:-5],
            "bad int": b"<methodCall><methodName>a</methodName><params><param><value><int>x</int></value></param>"
                       b"</params></methodCall>",
            "no params": GET_PID}.items():
        yield name, post(body)
    for uri in ["/logtail", "/logtail/", "/logtail/nosuch", "/logtail/g:one", "/logtail/cat/foo", "/logtail/cat:*",
                "/logtail/cat/stderr", "/logtail/g:nosuch", "/nosuch", "/nosuch/x"]:
        yield uri, get(uri)
        yield "POST " + uri, post(b"", uri=uri)
    yield "PUT /mainlogtail", get("/mainlogtail", "PUT")


STREAMS = ["/logtail/cat", "/logtail/cat/stdout", "/logtail/cat:cat", "/logtail/cat%3Acat", "/logtailx/cat",
           "/mainlogtail", "/mainlogtailx"]


def connect(path):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(5)
    connection.connect(path)
    return connection


def read_head(stream):
    head = []
    while True:
        line = stream.readline().rstrip(b"\r\n").decode()
        if not line:
            return head
        head.append(line)


def exchange(path, request):
    """Status line, header names with the values that are fixed, body, and whether the connection stays open."""
    with connect(path) as connection:
        connection.sendall(request)
        stream = connection.makefile("rb")
        head = read_head(stream)
        headers = dict(line.split(": ", 1) for line in head[1:])
        length = int(headers.get("Content-Length", 0))
        body = stream.read(length)
        stays = False
        if headers.pop("Connection", "").lower() != "close":
            try:
                connection.sendall(post(GET_PID))
                stays = stream.readline().startswith(b"HTTP/")
            except (ConnectionError, TimeoutError):
                stays = False
        headers.pop("Date", None)
        headers.pop("Content-Length", None)
        return head[0] if head else "", headers, body, stays


def call(path, method, params):
    status, _, body, _ = exchange(path, post(xmlrpc.client.dumps(params, method).encode(), "Connection: close"))
    if " 200 " not in status:
        return "HTTP " + status.split(" ")[1]
    try:
        return xmlrpc.client.loads(body)[0][0]
    except xmlrpc.client.Fault as fault:
        return "fault", fault.faultCode, fault.faultString


def shape(value):
    """The structs of processes become their types; texts of internal errors are dropped."""
    if isinstance(value, dict):
        if value.get("faultCode") == 30:
            return "internal error"
        return {k: type(v).__name__ if "stdout_logfile" in value else shape(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        # An array as Python prints it is nothing to imitate.
        return [element.split("[")[0] if isinstance(element, str) else shape(element) for element in value]
    return value


def stream_head(path, uri):
    with connect(path) as connection:
        connection.sendall(get(uri))
        stream = connection.makefile("rb")
        head = read_head(stream)
        size = stream.readline()
        return head[0], sorted(line.split(":")[0] for line in head[1:]), "Content-Type: text/plain;charset=utf-8" in head, \
            int(size, 16) > 0


def main(expected_path, actual_path):
    count = differences = 0

    def compare(what, expected, actual):
        nonlocal count, differences
        count += 1
        if expected != actual:
            differences += 1
            print("%s\n  expected %r\n  actual   %r" % (what, expected, actual))

    for method, params in calls():
        compare("%s%r" % (method, params), shape(call(expected_path, method, params)),
                shape(call(actual_path, method, params)))
    for method in call(expected_path, "system.listMethods", ()):
        compare("methodSignature(%s)" % method, call(expected_path, "system.methodSignature", (method,)),
                call(actual_path, "system.methodSignature", (method,)))
        compare("methodHelp(%s)" % method, "str", type(call(actual_path, "system.methodHelp", (method,))).__name__)
    for what, request in raw_requests():
        answers = []
        for path in expected_path, actual_path:
            status, headers, body, stays = exchange(path, request)
            answers.append((status, headers, b"" if b"methodResponse" in body else body, stays))
        compare(what, *answers)
    for uri in STREAMS:
        compare(uri, stream_head(expected_path, uri), stream_head(actual_path, uri))
    print("%d compared, %d differ" % (count, differences))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
