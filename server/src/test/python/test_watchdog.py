"""Threads of a WSGI app that do not come back, and loops of an ASGI app that are blocked: what is said, and how the worker ends."""

import signal
import time
import unittest

from front import Front

WSGI = '''
import ctypes, sys, time
def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/sleep":
        time.sleep(60)
    elif path == "/short":
        time.sleep(0.6)
    elif path == "/in-c":
        ctypes.PyDLL(None).sleep(60)
    elif path == "/read":
        environ["wsgi.input"].read()
    start_response("200 OK", [])
    if path == "/long":
        return iter([b"x" * 100000] * 3)
    return [b"fine"]
'''

ASGI = '''
import ctypes, time
async def app(scope, receive, send):
    if scope["path"] == "/in-c":
        ctypes.PyDLL(None).sleep(60)
    elif scope["path"] == "/sleep":
        time.sleep(60)
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"fine"})
'''


def watched(seconds):
    return {"WATCHDOG_USEC": str(int(seconds * 1e6))}


class ThreadWatchTest(unittest.TestCase):
    def test_a_thread_that_is_stuck_ends_the_worker_with_all_stacks(self):
        with Front(WSGI, "--threads=3", app="app_under_test:app", env=watched(1)) as front:
            c = front.accept()
            c.request(path="/sleep", method="PUT")
            time.sleep(0.6)
            c.request(path="/sleep")
            self.assertEqual(-signal.SIGABRT, front.wait(10))
            log = front.log()
            self.assertIn("WORKER TIMEOUT (pid:%d): a thread has been busy for more than 1 seconds" % front.process.pid, log)
            self.assertRegex(log, r"stuck for \d+\.\d s: PUT /sleep")
            self.assertRegex(log, r"(running too|stuck) for \d\.\d s: GET /sleep")
            self.assertIn("Fatal Python error: Aborted", log)
            self.assertGreaterEqual(log.count("most recent call first"), 3)
            self.assertRegex(log, r'app_under_test.py", line \d+ in app')

    def test_requests_one_after_the_other_keep_it_alive(self):
        with Front(WSGI, "--threads=2", app="app_under_test:app", env=watched(1)) as front:
            c = front.accept()
            end = time.monotonic() + 2.5
            while time.monotonic() < end:
                first, second = c.request(path="/short"), c.request(path="/short")
                self.assertEqual(200, c.response(first)[0])
                self.assertEqual(200, c.response(second)[0])
            self.assertIsNone(front.process.poll())
            self.assertNotIn("TIMEOUT", front.log())

    def test_a_thread_that_waits_for_its_client_is_not_stuck(self):
        with Front(WSGI, "--threads=2", app="app_under_test:app", env=watched(1)) as front:
            c = front.accept()
            reading = c.request(path="/read", method="POST", end=False)
            writing = c.request(path="/long")
            time.sleep(2.2)
            self.assertIsNone(front.process.poll(), front.log())
            c.send(0x03, reading, 1, b"")
            self.assertEqual(200, c.response(reading)[0])
            self.assertEqual(300000, len(c.response(writing)[2]))

    def test_a_thread_that_lets_no_other_run_is_left_to_the_supervisor(self):
        self.blocked(WSGI, "/in-c")

    def test_a_blocked_loop_is_left_to_the_supervisor(self):
        self.blocked(ASGI, "/in-c")
        self.blocked(ASGI, "/sleep")

    def blocked(self, source, path):
        with Front(source, app="app_under_test:app", env=watched(0.6)) as front:
            c = front.accept()
            c.request(path=path)
            time.sleep(1.0)
            front.notify.settimeout(0.1)
            try:
                while True:
                    front.notify.recv(4096)
            except OSError:
                pass
            front.notify.settimeout(0.8)
            self.assertRaises(OSError, front.notify.recv, 4096)
            self.assertIsNone(front.process.poll())
            front.signal(signal.SIGABRT)
            self.assertEqual(-signal.SIGABRT, front.wait(10))
            self.assertIn("Fatal Python error: Aborted", front.log())
            self.assertRegex(front.log(), r'app_under_test.py", line \d+ in app')


LIFESPAN = '''
import asyncio
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.sleep(0.6)
        print("closed in order", flush=True)
        return await send({"type": "lifespan.shutdown.complete"})
    await asyncio.sleep(60)
'''


class GraceTest(unittest.TestCase):
    """What runs longer than graceful_timeout when the worker is to end."""

    def given_up(self, source, *texts):
        with Front(source, "--graceful-timeout=0.5", "--shutdown-timeout=5", app="app_under_test:app") as front:
            c = front.accept()
            front.await_notify("READY")
            s = c.request(path="/sleep")
            time.sleep(0.3)
            begin = time.monotonic()
            front.signal(signal.SIGTERM)
            frame = c.next(s)
            self.assertEqual(("ABORT", b"cancelled"), (frame.name, frame.payload))
            self.assertGreater(time.monotonic() - begin, 0.45)
            self.assertEqual(0, front.wait(10))
            for text in texts:
                self.assertIn(text, front.log())

    def test_a_task_is_cancelled_and_the_shutdown_has_its_own_time(self):
        self.given_up(LIFESPAN, "Cancel 1 running task(s)", "closed in order")

    def test_a_thread_is_left_behind(self):
        self.given_up(WSGI, "A WSGI thread did not end: /sleep")


if __name__ == "__main__":
    unittest.main()
