"""The template of preload_app: what it forks, what the workers have of it and what not, failures."""

import array
import ctypes
import marshal
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

from front import WORKER, Connection

FOLDER = os.path.dirname(WORKER)
PR_SET_CHILD_SUBREAPER = 36

APP = '''
import os, random, signal, sys, json
BLOCK = [object() for _ in range(200000)]
print("loaded", flush=False)
os.environ["SET_BY_APP"] = "yes"
LOADED_BY = os.getpid()
def about():
    return {
        "pid": os.getpid(), "loaded_by": LOADED_BY, "parent": os.getppid(), "group": os.getpgid(0), "argv": sys.argv[1:],
        "random": random.random(), "fds": sorted(int(fd) for fd in os.listdir("/proc/self/fd")),
        "targets": {fd: os.readlink("/proc/self/fd/" + fd) for fd in os.listdir("/proc/self/fd") if os.path.lexists("/proc/self/fd/" + fd)},
        "masked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())), "env": dict(os.environ),
        "default": [n for n in range(1, 32) if signal.getsignal(n) == signal.SIG_DFL],
    }
async def app(scope, receive, send):
    if scope["path"] == "/exit":
        os._exit(7)
    body = json.dumps(about()).encode()
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": body})
def wsgi(environ, start_response):
    start_response("200 OK", [])
    return [json.dumps(about()).encode()]
'''


def setUpModule():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def tearDownModule():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


class Pen:
    """The supervisor's side: a template, the sockets that it and its workers know. Nothing is left running."""

    def __init__(self, source, *flags, app="app_under_test:app", env=None):
        self.directory = tempfile.TemporaryDirectory(prefix="corral-template-")
        self.folder = self.directory.name
        with open(os.path.join(self.folder, "app_under_test.py"), "w") as file:
            file.write(textwrap.dedent(source))
        self.link, other = socket.socketpair()
        self.link.settimeout(10)
        self.front = socket.socket(socket.AF_UNIX)
        self.front.bind(os.path.join(self.folder, "front"))
        self.front.listen(16)
        self.front.settimeout(10)
        self.notify = self.notify_socket("notify")
        self.flags = ["--app=" + app, "--app-dir=" + self.folder, *flags]
        self.env = dict(os.environ, NOTIFY_SOCKET=os.path.join(self.folder, "notify"), PYTHONDONTWRITEBYTECODE="1",
                        SUPERVISOR_PROCESS_NAME="template", ONLY_TEMPLATE="1", **(env or {}))
        self.log = open(os.path.join(self.folder, "template.log"), "w+b")
        self.process = subprocess.Popen(
            [os.environ.get("WORKER_PYTHON") or sys.executable, FOLDER, "--template=%d" % other.fileno(), *self.flags],
            cwd=self.folder, env=self.env, stdout=self.log, stderr=self.log, pass_fds=[other.fileno()])
        other.close()
        self.workers = []

    def notify_socket(self, name):
        result = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        result.bind(os.path.join(self.folder, name))
        result.settimeout(10)
        return result

    def await_ready(self):
        assert self.link.recv(1) == b"R", self.text("template")

    def ask(self, index, *flags):
        """Asks for a worker; returns the answer."""
        environment = dict(self.env, SUPERVISOR_PROCESS_NAME="worker-%d" % index, WATCHDOG_USEC="3000000",
                           NOTIFY_SOCKET=os.path.join(self.folder, "notify-%d" % index))
        del environment["ONLY_TEMPLATE"]
        arguments = [*self.flags, "--index=%d" % index, "--connect=" + os.path.join(self.folder, "front"), *flags]
        fields = [str(len(arguments)), *arguments, *("%s=%s" % pair for pair in environment.items())]
        payload = b"".join(os.fsencode(field) + b"\0" for field in fields)
        with open(os.path.join(self.folder, "%d.log" % index), "wb") as log, open(os.devnull, "rb") as null:
            descriptors = array.array("i", [null.fileno(), log.fileno(), log.fileno()])
            self.link.sendmsg([struct.pack("<I", len(payload))], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
            self.link.sendall(payload)
        answer = b""
        while not answer.endswith(b"\n"):
            piece = self.link.recv(1)
            if not piece:
                raise EOFError(self.text("template"))
            answer += piece
        return answer.decode().strip()

    def fork(self, index, *flags):
        """A worker; returns its pid."""
        kind, pid = self.ask(index, *flags).split()
        assert kind == "pid", kind
        self.workers.append(int(pid))
        return int(pid)

    def connect(self):
        """The connection of the worker that dials next."""
        return Connection(self.front.accept()[0])

    def about(self, connection):
        import json
        return json.loads(connection.response(connection.request())[2])

    def text(self, name):
        with open(os.path.join(self.folder, name + ".log"), errors="replace") as file:
            return file.read()

    def await_notify(self, text):
        while True:
            message = self.notify.recv(65536).decode()
            if text in message:
                return message

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for pid in self.workers:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except OSError:
                pass
        self.process.kill()
        self.process.wait()
        for thing in (self.link, self.front, self.notify, self.log):
            thing.close()
        self.directory.cleanup()


class TemplateTest(unittest.TestCase):
    def serving(self, app):
        with Pen(APP, app="app_under_test:" + app) as pen:
            pen.await_ready()
            pen.await_notify("READY=1")
            seen = []
            for index in (0, 1):
                notify = pen.notify_socket("notify-%d" % index)
                pid = pen.fork(index)
                connection = pen.connect()
                about = pen.about(connection)
                seen.append(about)
                self.assertEqual(pid, about["pid"])
                self.assertEqual(pen.process.pid, about["loaded_by"])
                self.assertEqual(os.getpid(), about["parent"])
                self.assertEqual(pid, about["group"])
                self.assertEqual([], about["masked"])
                self.assertIn("--index=%d" % index, about["argv"])
                self.assertEqual("worker-%d" % index, about["env"]["SUPERVISOR_PROCESS_NAME"])
                self.assertEqual("yes", about["env"]["SET_BY_APP"])
                self.assertTrue({"ONLY_TEMPLATE", "NOTIFY_SOCKET", "WATCHDOG_USEC"}.isdisjoint(about["env"]))
                self.assertNotIn("template.log", str(about["targets"]))
                self.assertEqual(set(), self.links_of(pen.process.pid) & set(about["targets"].values()))
                said = notify.recv(4096).decode()
                while "READY" not in said:
                    said = notify.recv(4096).decode()
                os.kill(pid, signal.SIGTERM)
                while connection.read() is not None:
                    pass
                self.assertEqual((pid, 0), os.waitpid(pid, 0))
                pen.workers.remove(pid)
                self.assertNotIn("loaded", pen.text(str(index)))
                notify.close()
            self.assertNotEqual(seen[0]["random"], seen[1]["random"])
            self.assertEqual(1, pen.text("template").count("loaded\n"))

    def links_of(self, pid):
        """The sockets and pipes of a process."""
        folder = "/proc/%d/fd/" % pid
        return {t for t in (os.readlink(folder + fd) for fd in os.listdir(folder)) if t.startswith(("socket:", "pipe:"))}

    def test_workers_have_the_app_and_nothing_else_of_the_template(self):
        self.serving("app")

    def test_workers_of_a_wsgi_app_are_forked_too(self):
        self.serving("wsgi")

    def test_shared_memory_is_reported(self):
        with Pen(APP) as pen:
            self.assertIn("STATUS=app_under_test:app preloaded", pen.await_notify("STATUS="))
            pen.await_ready()
            for index in (0, 1):
                pen.fork(index)
            said = pen.await_notify("workers share")
            self.assertGreater(float(said.partition("2 workers share ")[2].split()[0]), 2.0, said)

    def test_a_failed_import_is_said_once_with_its_status(self):
        with Pen("import nothing_like_this\n") as pen:
            self.assertIn("STATUS=ModuleNotFoundError: No module named 'nothing_like_this'", pen.await_notify("STATUS"))
            self.assertEqual(3, pen.process.wait(10))
            self.assertEqual(b"", pen.link.recv(1))
            log = pen.text("template")
            self.assertEqual(1, log.count("Traceback"))
            self.assertNotIn("corral_", log.partition("Traceback")[2].partition("ModuleNotFoundError")[0])
        with Pen("x = 1\n", "--personality=gunicorn") as pen:
            self.assertEqual(4, pen.process.wait(10))

    def test_threads_of_the_import_are_warned_of(self):
        with Pen("import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True, name='ticker').start()\n" + APP) as pen:
            pen.await_ready()
            self.assertIn("which workers will not have (preload_app): ticker", pen.text("template"))

    def test_a_template_ends_with_its_supervisor_and_when_told(self):
        with Pen(APP) as pen:
            pen.await_ready()
            pen.link.close()
            self.assertEqual(0, pen.process.wait(10))
        with Pen(APP) as pen:
            pen.await_ready()
            pen.process.terminate()
            self.assertEqual(0, pen.process.wait(10))

    def test_a_worker_goes_on_without_its_template(self):
        with Pen(APP) as pen:
            pen.await_ready()
            pid = pen.fork(0)
            connection = pen.connect()
            pen.process.kill()
            pen.process.wait()
            self.assertEqual(pid, pen.about(connection)["pid"])

    def test_a_worker_that_would_be_an_orphan_is_not_left_running(self):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
        try:
            with Pen(APP) as pen:
                pen.await_ready()
                if os.getpid() == 1:
                    self.skipTest("orphans are ours")
                self.assertEqual("orphan", pen.ask(0))
                pen.front.settimeout(0.5)
                self.assertRaises(socket.timeout, pen.front.accept)
        finally:
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


if __name__ == "__main__":
    unittest.main()
