"""What a worker tells its supervisor while that one is replaced by another, who binds the socket anew at the same path."""

import os
import signal
import socket
import unittest

from front import DUE, Front

PLAIN = '''
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"plain"})
'''


def leave(front):
    """The supervisor dies, and what it has not read is lost."""
    front.notify.close()


def come(front):
    """Another one is there."""
    path = os.path.join(front.folder, "notify")
    if os.path.exists(path):
        os.unlink(path)
    front.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    front.notify.bind(path)
    front.notify.settimeout(10)


class NewSupervisorTest(unittest.TestCase):
    def test_ready_is_said_to_each_supervisor_once(self):
        with Front(PLAIN) as front:
            front.accept()
            for _ in range(3):
                self.assertEqual("READY=1\nSTATUS=serving", front.await_notify("READY"))
                front.notify.settimeout(2.5)
                self.assertRaises(socket.timeout, front.await_notify, "READY")
                leave(front)
                come(front)

    def test_ready_that_nobody_could_hear_is_said_when_somebody_can(self):
        with Front(PLAIN) as front:
            leave(front)
            c = front.accept()
            self.assertEqual(b"plain", c.response(c.request())[2])
            come(front)
            front.await_notify("READY=1")

    def test_ready_that_was_not_read_is_said_again(self):
        with Front(PLAIN) as front:
            c = front.accept()
            self.assertEqual(b"plain", c.response(c.request())[2])
            leave(front)
            come(front)
            front.await_notify("READY=1")

    def test_a_successor_is_asked_for_again(self):
        with Front(PLAIN) as front:
            c = front.accept()
            front.await_notify("READY=1")
            c.send(DUE, 0)
            front.await_notify("X_CORRAL_REPLACE")
            leave(front)
            come(front)
            front.await_notify("READY=1")
            front.await_notify("X_CORRAL_REPLACE=max_requests")

    def test_the_watchdog_is_fed_on(self):
        with Front(PLAIN, env={"WATCHDOG_USEC": "600000"}) as front:
            front.accept()
            front.await_notify("WATCHDOG=1")
            leave(front)
            come(front)
            for _ in range(3):
                front.await_notify("WATCHDOG=1")

    def test_stopping_is_what_the_next_one_hears(self):
        slow = """
            import asyncio
            async def app(scope, receive, send):
                assert scope["type"] == "http"
                await asyncio.sleep(30)
        """
        with Front(slow, "--graceful-timeout=30") as front:
            c = front.accept()
            c.request()
            front.await_notify("READY=1")
            front.signal(signal.SIGTERM)
            front.await_notify("STOPPING=1")
            leave(front)
            come(front)
            self.assertEqual("STOPPING=1", front.await_notify("="))


if __name__ == "__main__":
    unittest.main()
