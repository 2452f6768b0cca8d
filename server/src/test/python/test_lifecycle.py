"""Start, lifespan, import failures, logs, connections, signals, drain, notifications."""

import contextlib
import json
import os
import signal
import socket
import struct
import time
import unittest

from front import Connection, DISCONNECT, DUE, GOING, LAST, STOP, WORKER, Front, http_scope, ws_scope

TERM, INT, QUIT = signal.SIGTERM, signal.SIGINT, signal.SIGQUIT

PLAIN = '''
async def app(scope, receive, send):
    assert scope["type"] != "lifespan"
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"plain"})
'''

LIFESPAN = '''
import asyncio, os, sys
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        assert scope["asgi"] == {"version": "3.0", "spec_version": "2.0"}, scope
        assert (await receive())["type"] == "lifespan.startup"
        %s
        await send({"type": "lifespan.startup.complete"})
        assert (await receive())["type"] == "lifespan.shutdown"
        print("shutting down", flush=True)
        %s
        await send({"type": "lifespan.shutdown.complete"})
        return
    path = scope["path"]
    if path == "/disconnect":
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"begin", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        print("told to leave", flush=True)
        await send({"type": "http.response.body", "body": b"end"})
    elif path == "/socket":
        await receive()
        await send({"type": "websocket.accept"})
        print("got", await receive(), flush=True)
    elif path == "/talks":
        await receive()
        await send({"type": "websocket.accept"})
        try:
            while True:
                await send({"type": "websocket.send", "text": "still here"})
                await asyncio.sleep(0.05)
        except OSError as error:
            print("raised", type(error).__name__, flush=True)
    elif path == "/opening":
        await asyncio.sleep(100)
    elif path == "/forever":
        try:
            await asyncio.sleep(100)
        finally:
            print("cancelled", flush=True)
    elif path == "/never":
        while True:
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                pass
    elif path == "/slow":
        await asyncio.sleep(0.3)
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"slow"})
    else:
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"x"})
'''


def lifespan(startup="pass", shutdown="pass"):
    return LIFESPAN % (startup, shutdown)


class StartTest(unittest.TestCase):
    def failing(self, source, code, *texts, flags=(), **more):
        """Starts a worker that must end with this code and say these texts; returns its log."""
        with Front(source, *flags, **more) as front:
            self.assertEqual(code, front.wait(), front.log())
            for text in texts:
                self.assertIn(text, front.log())
            return front.log()

    def test_an_app_without_lifespan_serves(self):
        with Front(PLAIN) as front:
            c = front.accept()
            self.assertEqual(b"plain", c.response(c.request())[2])
            self.assertIn("READY=1", front.await_notify("READY"))
            self.assertIn("ASGI 'lifespan' protocol appears unsupported.", front.log())
            self.assertNotIn("Traceback", front.log())
            front.signal(TERM)
            self.assertEqual(0, front.wait())

    def test_lifespan_on_demands_it(self):
        self.failing(PLAIN, 3, "Exception in 'lifespan' protocol", "Application startup failed. Exiting.", flags=["--lifespan=on"])
        with Front(PLAIN, "--lifespan=off") as front:
            front.accept()
            self.assertNotIn("lifespan", front.log())

    def test_a_failed_startup_is_fatal_and_reported(self):
        fail = 'return await send({"type": "lifespan.startup.failed", "message": "Traceback...\\nOSError: no database"})'
        with Front(lifespan(fail)) as front:
            self.assertIn("STATUS=OSError: no database", front.await_notify("STATUS"))
            self.assertEqual(3, front.wait())
            self.assertIn("Traceback...\nOSError: no database", front.log())
        self.failing(lifespan("sys.exit(5)"), 3, "SystemExit: 5")

    def test_a_lifespan_that_ends_early_counts_as_started(self):
        with Front(lifespan("return")) as front:
            c = front.accept()
            self.assertEqual(b"x", c.response(c.request())[2])

    def test_term_during_startup_ends_the_worker(self):
        with Front(lifespan('print("starting", flush=True); await asyncio.sleep(100)')) as front:
            front.await_log("starting")
            front.signal(TERM)
            self.assertEqual(0, front.wait())

    def test_failed_imports_say_why_and_name_the_interpreter(self):
        with Front("import nothing_like_this\n") as front:
            self.assertIn("STATUS=ModuleNotFoundError: No module named 'nothing_like_this'", front.await_notify("STATUS"))
            self.assertEqual(3, front.wait())
            log = front.log()
        self.assertEqual(1, log.count("Traceback"), log)
        self.assertIn("python= in [server:x]", log)
        self.assertIn(" (Python 3.", log)
        self.failing("x = (\n", 3, "SyntaxError")
        self.failing("raise SystemExit(0)\n", 3, "SystemExit: 0")
        self.failing(PLAIN, 3, 'Import string "app_under_test" must be in format "<module>:<attribute>".', app="app_under_test")
        self.failing(PLAIN, 3, 'Error loading ASGI app. Could not import module "nowhere".', app="nowhere:app")
        log = self.failing(PLAIN, 3, 'Error loading ASGI app. Attribute "a.b" not found in module "app_under_test".',
                           app="app_under_test:a.b", flags=["--personality=uvicorn"])
        self.assertIn("\nERROR:    Error loading", log)

    def test_gunicorns_failures_have_its_messages_and_codes(self):
        cases = (
            ("nowhere", 3, "No module named 'nowhere'"), ("app_under_test.py", 3, "did you mean 'app_under_test:application'?"),
            ("app_under_test:x", 4, "Failed to find attribute 'x' in 'app_under_test'."),
            ("app_under_test:number", 4, "Application object must be callable."),
            ("app_under_test:none", 4, "Failed to find application object: 'none'"),
            ("app_under_test:a.b", 4, "Failed to parse 'a.b' as an attribute name or function call."),
            ("app_under_test:a(", 4, "Failed to parse 'a('"), ("app_under_test:make(x)", 4, "literal"),
            ("app_under_test:make()", 4, "argument"),
        )
        source = PLAIN + "number = 3\nnone = None\ndef make(x): return app\n"
        with contextlib.ExitStack() as stack:
            fronts = [stack.enter_context(Front(source, "--personality=gunicorn", app=app)) for app, _, _ in cases]
            for front, (_, code, text) in zip(fronts, cases):
                self.assertEqual(code, front.wait(), front.log())
                self.assertIn(text, front.log())

    def test_apps_are_found_and_made_in_many_ways(self):
        source = PLAIN + '''
class Box: pass
box = Box(); box.inner = app
application = app
def make(x=1, *, y=2):
    print("made", x, y, flush=True)
    return app
def make_plain(): return app
class Double:
    def __init__(self, scope):
        self.scope = scope
    async def __call__(self, receive, send):
        await app(self.scope, receive, send)
'''
        cases = (
            ("app_under_test:box.inner", (), ""), ("app_under_test:make(5, y='z')", (), "made 5 z"),
            ("app_under_test", ("--personality=gunicorn",), "Booting worker with pid:"),
            ("app_under_test:make_plain", ("--factory=true",), ""), ("app_under_test:make", (), "ASGI app factory detected."),
            ("app_under_test:Double", (), ""), ("app_under_test:app", ("--interface=asgi3", "--personality=uvicorn"), ""),
        )
        with contextlib.ExitStack() as stack:
            fronts = [stack.enter_context(Front(source, *flags, app=spec)) for spec, flags, _ in cases]
            for front, (_, _, log) in zip(fronts, cases):
                c = front.accept()
                self.assertEqual(b"plain", c.response(c.request())[2])
                self.assertIn(log, front.log())

    def test_a_factory_that_fails_is_an_error(self):
        self.failing("def make(x): pass", 3, "Error loading ASGI app factory:", app="app_under_test:make", flags=["--factory=true"])
        self.failing("def make(): raise KeyError('x')", 3, "KeyError: 'x'", app="app_under_test:make")

    def test_the_path_of_modules_is_the_apps(self):
        source = PLAIN + "import sys, os\nprint(sys.path[:2], 'NOTIFY_SOCKET' in os.environ, flush=True)\n"
        source += "import other\nassert other.origin == 'first'\n"
        files = {"other.py": "origin = 'app_dir'"}
        with Front(source, files=files) as front:
            self.assertEqual(3, front.wait())
        folder = os.path.dirname(os.path.abspath(__file__))
        first = os.path.join(folder, "first")
        with Front(source, "--pythonpath=lib", files=files) as front:
            self.assertEqual(3, front.wait())
            self.assertIn(repr([os.path.join(front.folder, "lib"), front.folder]) + " False", front.log())
        self.assertFalse(os.path.exists(first))

    def test_with_reload_a_broken_app_is_shown_to_clients_on_this_machine(self):
        with Front("import nothing_like_this\n", "--reload=true") as front:
            c = front.accept()
            status, _, body, _ = c.response(c.request())
            self.assertEqual(500, status)
            self.assertIn(b"No module named 'nothing_like_this'", body)
            self.assertEqual(b"Internal Server Error", c.response(c.request(client=("10.1.2.3", 5)))[2])
            self.assertEqual(500, c.response(c.request(ws_scope()))[0])

    def test_with_reload_a_failed_startup_is_shown_too(self):
        with Front(lifespan("1 / 0"), "--reload=true", "--lifespan=on") as front:
            c = front.accept()
            self.assertIn(b"ZeroDivisionError", c.response(c.request())[2])

    def test_the_folder_of_the_worker_can_be_run(self):
        with Front(PLAIN + "import sys; assert 'corral-worker-' in sys.path[0]", worker=os.path.dirname(WORKER)) as front:
            c = front.accept()
            self.assertEqual(b"plain", c.response(c.request())[2])

    def test_wrong_flags_exit_with_2(self):
        self.failing(PLAIN, 2, "unknown argument: --nix=1", flags=["--nix=1"])


class LogTest(unittest.TestCase):
    def log(self, *flags, **more):
        with Front(lifespan(), *flags, **more) as front:
            c = front.accept()
            c.response(c.request())
            front.signal(TERM)
            self.assertEqual(0, front.wait())
            return front.process.pid, front.log()

    def test_uvicorns_lines(self):
        pid, log = self.log("--personality=uvicorn")
        lines = ["Started server process [%d]" % pid, "Waiting for application startup.", "Application startup complete."]
        lines += ["Shutting down", "Waiting for application shutdown.", "shutting down", "Application shutdown complete."]
        lines += ["Finished server process [%d]" % pid]
        expected = ["INFO:     " + line if line[0].isupper() else line for line in lines]
        self.assertEqual(expected, log.splitlines())

    def test_gunicorns_lines(self):
        for personality in ("gunicorn", "corral"):
            pid, log = self.log("--personality=" + personality)
            self.assertRegex(
                log, r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] \[%d\] \[INFO\] Booting worker with pid: %d\n" % (pid, pid)
            )
            self.assertTrue(log.endswith("[INFO] Worker exiting (pid: %d)\n" % pid))

    def test_levels_and_colors(self):
        self.assertEqual("shutting down\n", self.log("--log-level=error")[1])
        self.assertIn("\033[32mINFO\033[0m:     Started", self.log("--personality=uvicorn", "--use-colors=true")[1])

    def test_a_log_configuration_is_applied(self):
        config = {
            "version": 1, "disable_existing_loggers": False,
            "formatters": {"f": {"format": "MINE %(name)s %(message)s"}},
            "handlers": {"h": {"class": "logging.StreamHandler", "formatter": "f"}},
            "loggers": {"uvicorn": {"handlers": ["h"], "level": "INFO", "propagate": False}},
        }
        ini = (
            "[loggers]\nkeys=root,u\n[handlers]\nkeys=h\n[formatters]\nkeys=f\n[logger_root]\nhandlers=h\n"
            "[logger_u]\nqualname=uvicorn\nhandlers=h\npropagate=0\nlevel=INFO\n[handler_h]\nclass=StreamHandler\n"
            "formatter=f\nargs=()\n[formatter_f]\nformat=MINE %(name)s %(message)s\n"
        )
        for name, text in (("c.json", json.dumps(config)), ("c.ini", ini)):
            log = self.log("--personality=uvicorn", "--log-config=" + name, files={name: text})[1]
            self.assertIn("MINE uvicorn.error Application startup complete.", log)
            self.assertNotIn("INFO:", log)

    def test_a_log_configuration_for_uvicorns_classes_works_without_uvicorn(self):
        config = {
            "version": 1, "disable_existing_loggers": False,
            "formatters": {
                "d": {"()": "uvicorn.logging.DefaultFormatter", "fmt": "D %(levelprefix)s %(message)s", "use_colors": False},
                "a": {"()": "uvicorn.logging.AccessFormatter", "use_colors": False,
                      "fmt": 'A %(levelprefix)s %(client_addr)s - "%(request_line)s" %(status_code)s'},
            },
            "handlers": {
                "d": {"class": "logging.StreamHandler", "formatter": "d"}, "a": {"class": "logging.StreamHandler", "formatter": "a"},
            },
            "loggers": {
                "uvicorn": {"handlers": ["d"], "level": "INFO", "propagate": False},
                "uvicorn.access": {"handlers": ["a"], "level": "INFO", "propagate": False},
            },
        }
        log = self.log("--personality=uvicorn", "--log-config=c.json", files={"c.json": json.dumps(config)})[1]
        self.assertIn("D INFO:     Application startup complete.", log)
        self.assertIn('A INFO:     127.0.0.1:1234 - "GET / HTTP/1.1" 200', log)


class ConnectionTest(unittest.TestCase):
    def test_each_loop_of_the_front_has_a_connection(self):
        with Front(PLAIN, "--index=3", loops=3) as front:
            front.accept()
            self.assertEqual([0, 1, 2], [c.hello["connection"] for c in front.connections])
            self.assertEqual({3}, {c.hello["worker"] for c in front.connections})
            for c in front.connections:
                self.assertEqual(b"plain", c.response(c.request())[2])
            front.await_notify("READY=1")
            self.assertEqual(("asgi3", "2.4", 0, 1), tuple(c.hello[k] for k in ("interface", "spec", "capacity", "version")))

    def test_a_front_that_is_replaced_is_dialled_again_on_all_connections(self):
        with Front(lifespan(), loops=2) as front:
            c = front.accept()
            s = c.request(http_scope(path="/disconnect"))
            c.next(s)
            old = front.connections
            old[1].close()
            front.accept()
            front.await_log("told to leave")
            self.assertIsNone(old[0].read())
            c = front.connections[0]
            self.assertEqual(b"x", c.response(c.request())[2])
            front.await_notify("READY=1")
            old[0].close()

    def test_requests_go_on_while_the_front_is_away(self):
        with Front(lifespan()) as front:
            c = front.accept()
            c.request(http_scope(path="/disconnect"))
            front.listener.close()
            os.unlink(front.path)
            c.close()
            front.await_log("told to leave")
            self.assertIsNone(front.process.poll())
            front.signal(TERM)
            self.assertEqual(0, front.wait())
            self.assertIn("shutting down", front.log())

    def test_garbage_ends_the_connection_with_a_line_that_names_it(self):
        garbage = (
            (struct.pack("<IIBBH", 0, 9, 0x33, 0, 0), "frame 0x33 of stream 9"),
            (struct.pack("<IIBBH", 0, 0, 0x33, 0, 0), "frame 0x33 of stream 0"),
            (struct.pack("<IIBBH", 3, 1, 0x02, 0, 0) + b"abc", "frame 0x02 of stream 1"),
            (struct.pack("<IIBBH", 0, 1, 0x03, 0, 7), "frame 0x03 of stream 1"),
            (struct.pack("<IIBBH", 1, 0, 0x08, 0, 0) + b"x", "frame 0x08"),
            (struct.pack("<IIBBH", 1, 0, 0x01, 0, 0) + b"N", "frame 0x01"),
        )
        with Front(lifespan()) as front:
            c = front.accept()
            for data, text in garbage:
                c.socket.sendall(data)
                self.assertIsNone(c.read())
                c.close()
                front.await_log("The front broke the protocol: " + text)
                c = front.accept()
                self.assertEqual(b"x", c.response(c.request())[2])

    def test_frames_of_unknown_streams_are_dropped(self):
        with Front(PLAIN) as front:
            c = front.accept()
            for kind, payload in ((3, b"x"), (4, b"\1\0\0\0"), (5, b""), (6, b"x"), (7, b"x")):
                c.send(kind, 77, 0, payload)
            self.assertEqual(b"plain", c.response(c.request())[2])


class FrontsTest(unittest.TestCase):
    """More than one front: the old one goes, the new one is dialled."""

    def test_a_front_that_goes_is_served_while_the_next_one_is_dialled(self):
        with Front(lifespan(), loops=2) as front:
            old = front.accept(pid=1)
            olds = front.connections
            front.await_notify("READY=1")
            slow = old.request(http_scope(path="/slow"))
            for connection in olds:
                connection.send(GOING, 0)
            new = front.accept(pid=2)
            self.assertEqual([1, 1, 2, 2], [c.hello["set"] for c in olds + front.connections])
            self.assertEqual(1, new.hello["served"])
            self.assertEqual(b"x", old.response(old.request())[2])
            self.assertEqual(b"slow", old.response(slow)[2])
            for connection in olds:
                connection.close()
            self.assertEqual(b"x", new.response(new.request())[2])
            front.connections[1].send(0x08, 0, 0, b"12345678")
            self.assertEqual("PONG", front.connections[1].next(0).name)
            front.signal(TERM)
            self.assertEqual(0, front.wait())
            self.assertNotIn("READY=1", front.await_notify("STOPPING"))

    def test_stopping_is_said_to_all_fronts_and_each_says_which_request_was_the_last(self):
        with Front(lifespan()) as front:
            old = front.accept(pid=1)
            self.addCleanup(old.close)
            old.send(GOING, 0)
            new = front.accept(pid=2)
            old.answers_stopping = new.answers_stopping = False
            front.signal(TERM)
            self.assertEqual("STOPPING", old.next(0).name)
            self.assertEqual("STOPPING", new.next(0).name)
            new.send(LAST, 0)
            late = old.request()
            self.assertEqual(b"x", old.response(late)[2])
            with self.assertRaises(socket.timeout):
                new.read(0.3)
            old.send(LAST, 0)
            self.assertEqual(0, front.wait())

    def test_a_front_that_never_says_last_is_not_waited_for_longer_than_allowed(self):
        with Front(lifespan(), "--graceful-timeout=0.3") as front:
            front.accept().answers_stopping = False
            front.signal(TERM)
            self.assertEqual(0, front.wait())

    def test_connections_of_one_set_are_all_to_one_front(self):
        with Front(lifespan(), loops=2) as front:
            one = Connection(front.listener.accept()[0], 2, 0, 65536, 1)
            two = Connection(front.listener.accept()[0], 2, 1, 65536, 2)
            self.assertIsNone(one.read())
            self.assertIsNone(two.read())
            one.close()
            two.close()
            c = front.accept(pid=2)
            self.assertEqual(2, c.hello["set"])
            self.assertEqual(b"x", c.response(c.request())[2])

    def test_a_front_without_a_successor_is_served_to_its_end(self):
        with Front(lifespan()) as front:
            c = front.accept()
            self.addCleanup(c.close)
            c.send(GOING, 0)
            waiting = front.listener.accept()[0]
            self.assertEqual(b"x", c.response(c.request())[2])
            front.signal(TERM)
            self.assertEqual(0, front.wait())
            waiting.close()

    def test_a_worker_that_is_due_asks_for_a_successor_and_goes_on(self):
        with Front(lifespan()) as front:
            c = front.accept()
            c.send(DUE, 0)
            self.assertEqual("X_CORRAL_REPLACE=max_requests", front.await_notify("X_CORRAL"))
            c.send(DUE, 0)
            self.assertEqual(b"x", c.response(c.request())[2])
            front.signal(TERM)
            self.assertEqual(0, front.wait())
            self.assertNotIn("X_CORRAL", front.await_notify("STOPPING"))

    def test_a_worker_that_is_due_and_has_nobody_to_ask_drains(self):
        with Front(lifespan(), env={"NOTIFY_SOCKET": ""}) as front:
            c = front.accept()
            s = c.request(http_scope(path="/slow"))
            c.send(DUE, 0)
            self.assertEqual("STOPPING", c.next(0).name)
            self.assertEqual(b"slow", c.response(s)[2])
            self.assertEqual(0, front.wait())

    def test_the_ledger_tells_which_requests_were_begun_when_the_worker_is_dead(self):
        with Front(lifespan(), loops=2) as front:
            front.accept()
            hello = front.connections[1].hello
            with open("/proc/%d/fd/%d" % (hello["pid"], hello["ledger"]), "rb") as ledger:
                def number(slot):
                    return os.pread(ledger.fileno(), 8, 8 * slot)
                self.assertEqual(hello["token"], number(0))
                for expected, c in ((3, front.connections[1]), (1, front.connections[0])):
                    for _ in range(expected):
                        c.response(c.request())
                front.signal(signal.SIGSTOP)
                front.connections[1].request()
                front.signal(signal.SIGKILL)
                front.process.wait()
                counts = [struct.unpack("<Q", number(c.hello["slot"]))[0] for c in front.connections]
            self.assertEqual([1, 3], counts)


class EndTest(unittest.TestCase):
    def test_term_finishes_what_runs_and_shuts_down(self):
        with Front(lifespan(), loops=2) as front:
            c = front.accept()
            s = c.request(http_scope(path="/slow"))
            c.send(0x08, 0, 0, b"12345678")
            c.next(0)
            front.signal(TERM)
            for connection in front.connections:
                self.assertEqual("STOPPING", connection.next(0).name)
            crossing = c.request()
            self.assertEqual(b"x", c.response(crossing)[2])
            self.assertEqual(b"slow", c.response(s)[2])
            self.assertIsNone(c.read())
            self.assertEqual(0, front.wait())
            self.assertIn("shutting down", front.log())
            self.assertIn("STOPPING=1", front.await_notify("STOPPING"))

    def test_stop_of_the_front_does_the_same(self):
        with Front(lifespan()) as front:
            c = front.accept()
            s = c.request(http_scope(path="/slow"))
            c.send(STOP, 0)
            self.assertEqual("STOPPING", c.next(0).name)
            self.assertEqual(b"slow", c.response(s)[2])
            self.assertEqual(0, front.wait())

    def test_who_stays_is_told_to_leave_before_the_time_is_up(self):
        with Front(lifespan(), "--graceful-timeout=1") as front:
            c = front.accept()
            begin = time.monotonic()
            s = c.request(http_scope(path="/disconnect"))
            w = c.request(ws_scope("/socket"))
            self.assertEqual("WS_ACCEPT", c.next(w).name)
            front.signal(TERM)
            self.assertEqual(b"beginend", c.response(s)[2])
            self.assertEqual(("WS_CLOSE", struct.pack("<H", 1012)), c.next(w)[0::3])
            self.assertEqual(0, front.wait())
            self.assertTrue(0.8 < time.monotonic() - begin < 8)
            self.assertIn("'websocket.disconnect', 'code': 1012", front.log())

    def test_sockets_of_apps_that_do_not_listen_are_closed_all_the_same(self):
        with Front(lifespan(), "--graceful-timeout=1") as front:
            c = front.accept()
            talking, opening = c.request(ws_scope("/talks")), c.request(ws_scope("/opening"))
            self.assertEqual("WS_ACCEPT", c.next(talking).name)
            front.signal(TERM)
            frame = c.next(talking)
            while frame.name == "WS_TEXT":
                frame = c.next(talking)
            self.assertEqual(("WS_CLOSE", struct.pack("<H", 1012)), frame[0::3])
            self.assertEqual(("ABORT", b"cancelled"), c.next(opening)[0::3])
            self.assertEqual(0, front.wait())
            self.assertIn("raised ClientDisconnected", front.log())

    def test_who_does_not_leave_is_cancelled(self):
        with Front(lifespan(), "--graceful-timeout=0.3") as front:
            c = front.accept()
            s, n = c.request(http_scope(path="/forever")), c.request(http_scope(path="/never"))
            front.signal(TERM)
            self.assertEqual("ABORT", c.next(s).name)
            self.assertEqual("ABORT", c.next(n).name)
            self.assertEqual(0, front.wait())
            log = front.log()
        for text in ("cancelled", "Cancel 2 running task(s)", "A task did not end when cancelled: Task-", "shutting down"):
            self.assertIn(text, log)

    def test_a_shutdown_that_hangs_has_its_own_time(self):
        with Front(lifespan(shutdown="await asyncio.sleep(100)"), "--shutdown-timeout=0.2") as front:
            front.accept()
            front.signal(TERM)
            self.assertEqual(0, front.wait())
            self.assertIn("Application shutdown did not complete within 0.2 s.", front.log())

    def test_int_and_quit_end_quickly_but_shut_down(self):
        for number in (INT, QUIT):
            with Front(lifespan()) as front:
                c = front.accept()
                s = c.request(http_scope(path="/forever"))
                c.send(0x08, 0, 0, b"12345678")
                c.next(0)
                front.signal(number)
                self.assertEqual("ABORT", c.next(s).name)
                self.assertEqual(0, front.wait())
                self.assertIn("shutting down", front.log())

    def test_other_signals_are_ignored(self):
        with Front(lifespan()) as front:
            c = front.accept()
            for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH):
                front.signal(number)
            self.assertEqual(b"x", c.response(c.request())[2])

    def test_abort_shows_all_stacks_even_when_the_loop_is_blocked(self):
        source = "import time\nasync def app(scope, receive, send):\n    if scope['type'] == 'http':\n"
        source += "        print('blocking', flush=True)\n        time.sleep(100)\n"
        with Front(source) as front:
            front.accept().request()
            front.await_log("blocking")
            front.signal(signal.SIGABRT)
            self.assertEqual(-signal.SIGABRT, front.wait())
            self.assertIn("Fatal Python error: Aborted", front.log())
            self.assertIn("app_under_test.py\", line 5 in app", front.log())

    def test_the_loop_sends_a_sign_to_the_watchdog(self):
        with Front(lifespan(), env={"WATCHDOG_USEC": "150000"}) as front:
            front.accept()
            times = []
            for _ in range(4):
                front.await_notify("WATCHDOG=1")
                times.append(time.monotonic())
            self.assertLess(times[3] - times[1], 3)

    def test_an_app_may_be_cancelled_some_time_after_its_client_left(self):
        with Front(lifespan(), "--disconnect-grace=0.1") as front:
            c = front.accept()
            s = c.request(http_scope(path="/forever"))
            c.send(DISCONNECT, s)
            front.await_log("cancelled")
            self.assertNotIn("Traceback", front.log())
            self.assertEqual(b"x", c.response(c.request())[2])


if __name__ == "__main__":
    unittest.main()
