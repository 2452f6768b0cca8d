"""Calls every XML-RPC method of a supervisor and prints one line per call: what was called, a tab, what came of it.

Usage: rpc_driver.py SOCKET PORT FOLDER. Values are printed with their types; what differs from run to run (pids, times,
paths) is replaced by words. Result lists that arrive in the order of completion are sorted.
"""
import base64
import http.client
import json
import re
import socket
import sys
import time
import traceback
import xmlrpc.client

from supervisor.xmlrpc import SupervisorTransport

SOCKET, PORT, FOLDER = sys.argv[1:4]
VOLATILE = {"pid", "start", "stop", "now"}
SUBSTITUTES = [
    (re.compile(re.escape(FOLDER)), "DIR"),
    (re.compile(r":%s\b" % PORT), ":PORT"),
    (re.compile(r"-[A-Za-z0-9_]{8}\.log"), "-RANDOM.log"),
    (re.compile(r"\bpid \d+"), "pid N"),
    (re.compile(r"uptime \d+:\d\d:\d\d"), "uptime T"),
    (re.compile(r"\b[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M\b"), "DATE"),
]


def proxy():
    transport = SupervisorTransport(None, None, "unix://" + SOCKET)
    return xmlrpc.client.ServerProxy("http://127.0.0.1", transport)


server = proxy()


def plain(text):
    for pattern, word in SUBSTITUTES:
        text = pattern.sub(word, text)
    return text


def typed(value, key=None):
    if isinstance(value, bool):
        return "boolean " + str(value)
    if isinstance(value, int):
        return "int " + ("N" if key in VOLATILE and value else str(value))
    if isinstance(value, str):
        return "string " + plain(value)
    if isinstance(value, (list, tuple)):
        return [typed(item) for item in value]
    if isinstance(value, dict):
        return {name: typed(item, name) for name, item in sorted(value.items())}
    return type(value).__name__ + " " + repr(value)


def emit(label, value):
    print(plain(label) + "\t" + json.dumps(value, ensure_ascii=False), flush=True)


def attempt(method, params):
    """The value of a call, or what kind of error it was."""
    try:
        target = server
        for part in method.split("."):
            target = getattr(target, part)
        return typed(target(*params))
    except xmlrpc.client.Fault as fault:
        return "fault %d %s" % (fault.faultCode, plain(fault.faultString))
    except xmlrpc.client.ProtocolError as error:
        return "http %d" % error.errcode


def label(method, params):
    return "%s(%s)" % (method, ", ".join(repr(param) for param in params))


def call(method, *params):
    """Calls and prints."""
    emit(label(method, params), attempt(method, params))


def unordered(method, *params, without=()):
    """A call whose results come in the order of completion; some may be there or not."""
    value = attempt(method, params)
    if isinstance(value, list):
        names = ["string " + name for name in without]
        value = sorted((item for item in value if item["name"] not in names), key=json.dumps)
    emit(label(method, params), value)


def number(method, *params):
    """A call whose result is a number that differs from run to run."""
    value = attempt(method, params)
    emit(label(method, params), "int N" if re.fullmatch(r"int [1-9]\d*", str(value)) else value)


def text(method, *params):
    """A call whose result is a text of each server's own."""
    value = attempt(method, params)
    emit(label(method, params), "text" if str(value).startswith("string ") and len(value) > 7 else value)


def refused(method, *params):
    """A call that must not succeed, where the original answers with an internal error."""
    value = attempt(method, params)
    error = str(value).startswith(("fault", "http"))
    emit(label(method, params), "refused" if error else value)


def until(what, condition):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.04)
    emit("waiting for " + what, "never")


def state(name, wanted):
    until("%s to be %s" % (name, wanted), lambda: server.supervisor.getProcessInfo(name)["statename"] == wanted)


def readies():
    return server.supervisor.readProcessStdoutLog("lingering", 0, 0).count("ready")


def start_lingering():
    """Its shell must have set its trap before anything is worth sending."""
    before = readies()
    call("supervisor.startProcess", "lingering")
    until("the trap", lambda: readies() > before)


def about_itself():
    for name in ("getAPIVersion", "getVersion", "getSupervisorVersion", "getIdentification", "getState"):
        call("supervisor." + name)
    number("supervisor.getPID")
    call("supervisor.getState", "too much")
    call("supervisor.getProcessInfo")
    call("supervisor.startProcess", "cat", True, 1)
    for name in ("supervisor.nope", "nope.nope", "supervisor._update", "supervisor.getState.im_func",
                 "supervisor", "getState", "supervisor.", ".getState", "system.nope", "supervisor.supervisord.options"):
        raw_call(name)
    call("system.listMethods")
    for name in server.system.listMethods():
        call("system.methodSignature", name)
        text("system.methodHelp", name)
    call("system.methodSignature", "supervisor.nope")
    call("system.methodHelp", "supervisor.nope")
    call("system.methodSignature")
    text("supervisor.readLog", 0, 0)
    text("supervisor.readLog", -5, 0)
    text("supervisor.readMainLog", 2, 10)
    call("supervisor.readLog", 100000000, 5)
    call("supervisor.readLog", -3, 1)
    call("supervisor.readLog", 0, -1)
    call("supervisor.readLog")
    call("supervisor.sendRemoteCommEvent", "type", "data")
    call("supervisor.sendRemoteCommEvent", "type")


def raw_call(name):
    status, _, body = request("POST", "/RPC2", xml(name))
    emit("raw " + name, [status, answered(body) if status == 200 else ""])


def answered(body):
    """What an XML answer says."""
    try:
        return typed(xmlrpc.client.loads(body)[0])
    except xmlrpc.client.Fault as fault:
        return "fault %d %s" % (fault.faultCode, plain(fault.faultString))


def infos():
    for name in ("cat", "bytes", "mute", "g:mute", "g:stopped", "stopped", "done", "backoff", "slow", "nosuch",
                 "g:nosuch", "nosuch:cat", "g:*", "g:", "nosuch:*", "", ":", "cat:cat", "cat:", "hollow:*",
                 "all-options:all-options_07"):
        call("supervisor.getProcessInfo", name)
    call("supervisor.getAllProcessInfo")
    call("supervisor.getAllProcessInfo", "x")
    call("supervisor.getAllConfigInfo")
    refused("supervisor.getProcessInfo", 5)


def logs():
    until("output", lambda: server.supervisor.readProcessStdoutLog("bytes", 0, 0).endswith("012")
          and server.supervisor.readProcessStderrLog("bytes", 0, 0).endswith("f"))
    spans = [(0, 0), (0, 5), (3, 4), (11, 1), (12, 0), (12, 5), (100, 0), (100, 5), (-5, 0), (-12, 0), (-100, 0),
             (-3, 1), (0, -1), (-1, -1), (3, 0)]
    for method in ("readProcessStdoutLog", "readProcessLog", "readProcessStderrLog"):
        for span in spans:
            call("supervisor." + method, "bytes", *span)
        for name in ("nosuch", "g:mute", "g:*", "g:stopped", "mute"):
            call("supervisor." + method, name, 0, 0)
        call("supervisor." + method, "bytes", 0)
    refused("supervisor.readProcessStdoutLog", "bytes", "a", 0)
    for method in ("tailProcessStdoutLog", "tailProcessLog", "tailProcessStderrLog"):
        for span in [(0, 5), (0, 100), (3, 3), (14, 5), (8, 10), (0, 0), (0, -3), (12, 5), (6, 6), (5, 1)]:
            call("supervisor." + method, "bytes", *span)
        for name in ("nosuch", "g:mute", "g:*", "g:stopped"):
            call("supervisor." + method, name, 0, 10)
        call("supervisor." + method, "bytes")
    call("supervisor.clearProcessLogs", "bytes")
    call("supervisor.readProcessStdoutLog", "bytes", 0, 0)
    call("supervisor.readProcessStderrLog", "bytes", 0, 0)
    for name in ("nosuch", "g:*", "g:mute", "g:stopped"):
        call("supervisor.clearProcessLogs", name)
    call("supervisor.clearProcessLog", "cat")
    state("lingering", "RUNNING")
    until("the trap", lambda: readies() == 1)
    unordered("supervisor.clearAllProcessLogs")
    call("supervisor.clearLog")
    call("supervisor.clearLog", "x")


def standard_input():
    call("supervisor.sendProcessStdin", "cat", "hello\n")
    call("supervisor.sendProcessStdin", "cat", "gr\u00fc\u00dfe \u2713 <&>\n")
    call("supervisor.sendProcessStdin", "cat", "")
    until("echo", lambda: server.supervisor.readProcessStdoutLog("cat", 0, 0).endswith(">\n"))
    call("supervisor.readProcessStdoutLog", "cat", 0, 0)
    for name in ("nosuch", "g:stopped", "done", "g:*"):
        call("supervisor.sendProcessStdin", name, "x")
    call("supervisor.sendProcessStdin", "cat", 5)
    call("supervisor.sendProcessStdin", "cat")

    def deaf():
        return attempt("supervisor.sendProcessStdin", ("deaf", "x")) != "boolean True"
    until("a closed stdin", deaf)
    call("supervisor.sendProcessStdin", "deaf", "x")


def starting_and_stopping():
    for name in ("missing", "plainfile", "folder", "quote", "nothing", "dead", "cat", "backoff", "nosuch", "g:nosuch",
                 "nosuch:*"):
        call("supervisor.startProcess", name)
    for name in ("missing", "plainfile", "folder", "quote", "nothing"):
        call("supervisor.getProcessInfo", name)
        call("supervisor.startProcess", name, False)
    call("supervisor.getProcessInfo", "dead")
    refused("supervisor.startProcess", 5)
    call("supervisor.startProcess", "slow", False)
    call("supervisor.getProcessInfo", "slow")
    call("supervisor.startProcess", "slow")
    state("slow", "RUNNING")
    call("supervisor.getProcessInfo", "slow")
    call("supervisor.stopProcess", "slow")
    call("supervisor.getProcessInfo", "slow")
    call("supervisor.startProcess", "slow", True)
    call("supervisor.stopProcess", "slow", False)
    state("slow", "STOPPED")
    call("supervisor.stopProcess", "slow")
    for name in ("nosuch", "g:nosuch", "nosuch:*", "done", "dead", "missing"):
        call("supervisor.stopProcess", name)
    call("supervisor.stopProcess", "lingering", False)
    call("supervisor.getProcessInfo", "lingering")
    call("supervisor.stopProcess", "lingering")
    call("supervisor.startProcess", "lingering")
    state("lingering", "STOPPED")
    call("supervisor.getProcessInfo", "lingering")
    start_lingering()
    call("supervisor.startProcess", "g:stopped")
    call("supervisor.stopProcess", "g:mute")
    unordered("supervisor.startProcess", "g:*")
    unordered("supervisor.startProcess", "g:")
    unordered("supervisor.stopProcess", "g:*")
    unordered("supervisor.stopProcess", "g:*")
    unordered("supervisor.startProcessGroup", "g")
    unordered("supervisor.startProcessGroup", "g", False)
    unordered("supervisor.stopProcessGroup", "g", False)
    state("g:mute", "STOPPED")
    state("g:stopped", "STOPPED")
    unordered("supervisor.startProcessGroup", "g", False)
    state("g:mute", "RUNNING")
    state("g:stopped", "RUNNING")
    unordered("supervisor.stopProcessGroup", "g")
    for method in ("startProcessGroup", "stopProcessGroup"):
        for name in ("nosuch", "g:*", "hollow", "stopped", ""):
            call("supervisor." + method, name)
        call("supervisor." + method)


def signals():
    for signal in ("CONT", "SIGCONT", "cont", "18", 18, 0, "0", "NOPE", 99, "99", "", "SIG", "CLD", "winch", "SIGURG", -1):
        call("supervisor.signalProcess", "cat", signal)
    for name in ("nosuch", "g:stopped", "done", "nosuch:*", "hollow:*", "g:*"):
        unordered("supervisor.signalProcess", name, "CONT")
    call("supervisor.signalProcess", "nosuch", "NOPE")
    call("supervisor.signalProcess", "cat")
    unordered("supervisor.startProcessGroup", "g")
    unordered("supervisor.signalProcess", "g:*", "CONT")
    unordered("supervisor.signalProcessGroup", "g", "CONT")
    unordered("supervisor.signalProcessGroup", "g", 18)
    for name, signal in (("nosuch", "CONT"), ("g", "NOPE"), ("hollow", "CONT"), ("nosuch", "NOPE")):
        call("supervisor.signalProcessGroup", name, signal)
    unordered("supervisor.signalAllProcesses", "CONT")
    call("supervisor.signalAllProcesses", "NOPE")
    call("supervisor.signalAllProcesses")


def multicall(*calls):
    return call("system.multicall", list(calls))


def entry(method, *params):
    return {"methodName": method, "params": list(params)}


def multicalls():
    value = server.system.multicall([entry("supervisor.getPID"), entry("supervisor.getPID")])
    emit("multicall of getPID", [type(item).__name__ for item in value])
    multicall()
    multicall(entry("supervisor.getAPIVersion"), entry("supervisor.nope"), entry("supervisor.getState", "x"),
              entry("supervisor.getProcessInfo", "nosuch"), {"params": []}, {"methodName": "supervisor.getAPIVersion"},
              entry("system.multicall", []), entry("system.listMethods", 1))
    multicall(entry("supervisor.stopProcess", "cat"), entry("supervisor.stopProcess", "cat"),
              entry("supervisor.startProcess", "cat"), entry("supervisor.startProcess", "cat"),
              entry("supervisor.startProcess", "dead"), entry("supervisor.getIdentification"))
    refused("system.multicall", 5)
    call("system.multicall")


def request(method, path, body=None, headers=None, version=None):
    """One HTTP exchange on a connection of its own: status, headers, body (the beginning of an endless one)."""
    connection = http.client.HTTPConnection("localhost", timeout=20)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(20)
    connection.sock.connect(SOCKET)
    try:
        return exchange(connection, method, path, body, headers)
    finally:
        connection.close()


def exchange(connection, method, path, body, headers):
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in (headers or {}).items():
        connection.putheader(name, value)
    if body is not None and not (headers or {}).get("No-Length"):
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders()
    if body is not None:
        connection.send(body)
    response = connection.getresponse()
    chunked = response.getheader("Transfer-Encoding") == "chunked"
    data = response.read1(65536) if chunked else response.read()
    return response.status, dict(response.getheaders()), data.decode("utf-8", "replace")


def xml(method, params="<params/>"):
    return ("<?xml version='1.0'?><methodCall><methodName>%s</methodName>%s</methodCall>" % (method, params)).encode()


def http_facts(what, method, path, body=None, headers=None, names=()):
    status, answer, text_ = request(method, path, body, headers)
    emit("http " + what, [status] + [answer.get(name) for name in names])
    return text_


def http_edges():
    http_facts("post without length", "POST", "/RPC2", headers={"Content-Type": "text/xml"})
    http_facts("get", "GET", "/RPC2")
    http_facts("put", "PUT", "/RPC2", b"x")
    http_facts("junk", "POST", "/RPC2", b"this is not XML")
    http_facts("no method name", "POST", "/RPC2", b"<?xml version='1.0'?><methodCall></methodCall>")
    http_facts("other path below", "POST", "/RPC2/deeper", xml("supervisor.getState"), names=("Content-Type",))
    body = http_facts("no params", "POST", "/RPC2", xml("supervisor.getAPIVersion", ""), names=("Content-Type",))
    emit("http answer to no params", answered(body))
    http_facts("unknown path", "GET", "/nosuch")
    for what, value in (("bare text", "cat"), ("string", "<string>cat</string>"), ("base64", "<base64>Y2F0</base64>"),
                        ("cdata", "<string><![CDATA[cat]]></string>"), ("entity", "<string>&#99;at</string>")):
        param = "<params><param><value>%s</value></param></params>" % value
        body = http_facts(what, "POST", "/RPC2", xml("supervisor.getProcessInfo", param))
        emit("http answer to " + what, answered(body))
    for what, value in (("int", "<int>1</int>"), ("i4", "<i4>2</i4>"), ("double", "<double>1.0</double>")):
        param = ("<params><param><value>cat</value></param><param><value><int>0</int></value></param>"
                 "<param><value>%s</value></param></params>" % value)
        http_facts("length as " + what, "POST", "/RPC2", xml("supervisor.readProcessStdoutLog", param))
    log_tails()
    keep_alive()


def log_tails():
    names = ("Content-Type", "Transfer-Encoding", "X-Accel-Buffering")
    server.supervisor.sendProcessStdin("cat", "tail me\n")
    until("echo", lambda: server.supervisor.readProcessStdoutLog("cat", 0, 0).endswith("tail me\n"))
    emit("logtail body", http_facts("logtail", "GET", "/logtail/cat", names=names)[-8:])
    http_facts("logtail stdout", "GET", "/logtail/cat/stdout", names=names)
    http_facts("logtail encoded", "GET", "/logtail/cat%3Acat/stdout", names=names)
    http_facts("mainlogtail", "GET", "/mainlogtail", names=names)
    for path in ("/logtail/nosuch", "/logtail/g:*", "/logtail/g:mute", "/logtail/g:mute/stderr", "/logtail/cat/nosuch",
                 "/logtail/g:nosuch"):
        http_facts(path, "GET", path)
    http_facts("post to logtail", "POST", "/logtail/cat", b"")
    http_facts("post to mainlogtail", "POST", "/mainlogtail", b"")


def keep_alive():
    connection = http.client.HTTPConnection("localhost", timeout=20)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(20)
    connection.sock.connect(SOCKET)
    for _ in range(3):
        status, _, text_ = exchange(connection, "POST", "/RPC2", xml("supervisor.getAPIVersion"), None)
        emit("keep alive", [status, answered(text_)])
    connection.close()


def authentication():
    def ask(what, header, garbled=False):
        connection = http.client.HTTPConnection("127.0.0.1", int(PORT), timeout=20)
        headers = {"Authorization": header} if header else {}
        status, answer, _ = exchange(connection, "POST", "/RPC2", xml("supervisor.getState"), headers)
        facts = [status, answer.get("WWW-Authenticate"), answer.get("Connection")]
        emit("auth " + what, "refused" if garbled and status >= 400 else facts)
        connection.close()

    def basic(pair):
        return "Basic " + base64.b64encode(pair.encode()).decode()
    ask("none", None)
    ask("right", basic("user:secret"))
    ask("wrong password", basic("user:wrong"))
    ask("wrong user", basic("other:secret"))
    ask("empty", basic(":"))
    ask("no colon", basic("user"), garbled=True)
    ask("other scheme", "Digest abc")
    ask("not base64", "Basic ???", garbled=True)
    ask("lower case", basic("user:secret").replace("Basic", "basic"))


def groups():
    def config(change):
        with open(FOLDER + "/supervisord.conf") as file:
            before = file.read()
        with open(FOLDER + "/supervisord.conf", "w") as file:
            file.write(change(before))
    call("supervisor.reloadConfig")
    call("supervisor.addProcessGroup", "cat")
    call("supervisor.addProcessGroup", "nosuch")
    call("supervisor.removeProcessGroup", "nosuch")
    call("supervisor.removeProcessGroup", "cat")
    config(lambda text_: text_ + "[program:new]\ncommand=/bin/cat\nstartsecs=0\n")
    config(lambda text_: text_.replace("command=/bin/cat -u", "command=/bin/cat -n").replace(":slow]", ":slower]"))
    call("supervisor.reloadConfig")
    call("supervisor.addProcessGroup", "new")
    state("new", "RUNNING")
    call("supervisor.addProcessGroup", "new")
    call("supervisor.removeProcessGroup", "new")
    call("supervisor.stopProcessGroup", "new")
    call("supervisor.removeProcessGroup", "new")
    call("supervisor.removeProcessGroup", "hollow")
    call("supervisor.removeProcessGroup", "slow")
    call("supervisor.getProcessInfo", "slow")
    call("supervisor.reloadConfig")
    call("supervisor.reloadConfig", 1)
    config(lambda text_: text_ + "[program:bad]\npriority=1\n")
    call("supervisor.reloadConfig")
    config(lambda text_: text_.replace("[program:bad]\npriority=1\n", "[program:bad]\ncommand=x\nstartsecs=soon\n"))
    call("supervisor.reloadConfig")
    config(lambda text_: text_.replace("[program:bad]\ncommand=x\nstartsecs=soon\n", ""))
    call("supervisor.getAllProcessInfo")


def everything():
    unordered("supervisor.stopAllProcesses")
    unordered("supervisor.stopAllProcesses")
    unordered("supervisor.startAllProcesses", False, without=["dead"])
    unordered("supervisor.stopAllProcesses", False, without=["dead", "done"])
    until("all to be down", lambda: all(info["state"] in (0, 100, 200, 30) for info in
                                        server.supervisor.getAllProcessInfo()))


def the_end():
    call("supervisor.restart", 1)
    call("supervisor.shutdown", 1)
    start_lingering()
    call("supervisor.shutdown")
    time_limited = time.monotonic() + 10
    while attempt("supervisor.getState", ()) != "fault 6 SHUTDOWN_STATE" and time.monotonic() < time_limited:
        time.sleep(0.02)
    for method, params in (("getState", ()), ("getPID", ()), ("getAllProcessInfo", ()), ("startProcess", ("cat",)),
                           ("stopProcess", ("cat",)), ("reloadConfig", ()), ("shutdown", ()), ("restart", ()),
                           ("readLog", (0, 0)), ("addProcessGroup", ("new",)), ("sendRemoteCommEvent", ("a", "b"))):
        call("supervisor." + method, *params)
    text("system.methodHelp", "supervisor.getState")
    multicall(entry("supervisor.getPID"), entry("supervisor.sendRemoteCommEvent", "a", "b"))


for program, wanted in (("cat", "RUNNING"), ("done", "EXITED"), ("backoff", "BACKOFF"), ("lingering", "RUNNING"),
                        ("bytes", "RUNNING"), ("g:mute", "RUNNING"), ("deaf", "RUNNING")):
    state(program, wanted)
for part in (about_itself, infos, logs, standard_input, starting_and_stopping, signals, multicalls, http_edges,
             authentication, groups, everything, the_end):
    try:
        part()
    except Exception:  # the rest is still worth comparing
        emit("part " + part.__name__, traceback.format_exc())
