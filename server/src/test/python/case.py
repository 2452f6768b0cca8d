"""What the tests have in common: a worker per class, on the app in SOURCE."""

import os
import socket
import time
import unittest

from front import Front


class WorkerCase(unittest.TestCase):
    """Starts one worker for all tests of the class. Tests that disturb it make their own Front."""

    SOURCE = ""
    FLAGS = ()
    OPTIONS = {}

    @classmethod
    def setUpClass(cls):
        if cls is WorkerCase or not cls.SOURCE:
            raise unittest.SkipTest("no app")
        cls.front = Front(cls.SOURCE, *cls.FLAGS, **cls.OPTIONS)
        cls.addClassCleanup(cls.front.close)
        cls.c = cls.front.accept()

    def await_marks(self, expected):
        """Waits until the app has made these marks, joined by commas."""
        deadline = time.monotonic() + 10
        marks = ""
        while len(marks) < len(expected) and time.monotonic() < deadline:
            more = self.marks()
            marks += ("," if marks and more else "") + more
        self.assertEqual(expected, marks)

    def log_of(self, stream):
        """Waits until everything before is in the log, and returns it."""
        self.c.send(0x08, 0, 0, b"12345678")
        self.c.next(0)
        return self.front.log()


class LentCase(WorkerCase):
    """Has a client, whose socket can be lent to the worker."""

    @classmethod
    def setUpClass(cls):
        if not cls.SOURCE:
            raise unittest.SkipTest("no app")
        cls.front = Front(cls.SOURCE, *cls.FLAGS)
        cls.addClassCleanup(cls.front.close)
        cls.c = cls.front.accept(pid=os.getpid())

    def setUp(self):
        self.client, self.lent = socket.socketpair()
        self.client.settimeout(10)
        self.lent.setblocking(False)
        self.addCleanup(self.client.close)
        self.addCleanup(self.lent.close)

    def answer(self, path):
        return self.c.response(self.c.request(path=path))[2]

    def await_answer(self, path, text):
        """Asks until the answers, taken together, contain the text: what the app notes on its way out may come after its response."""
        deadline = time.monotonic() + 10
        answers = ""
        while text not in answers:
            self.assertLess(time.monotonic(), deadline, answers)
            answers += self.answer(path).decode()

    def descriptors(self):
        return int(self.answer("/descriptors"))

    def await_descriptors(self, number):
        deadline = time.monotonic() + 10
        while self.descriptors() != number:
            self.assertLess(time.monotonic(), deadline, "%d, not %d" % (self.descriptors(), number))

    def assert_closed(self):
        """The worker has no copy of the socket any more."""
        self.lent.close()
        try:
            while self.client.recv(1 << 20):
                pass
        except ConnectionResetError:
            # What it had not read went with it.
            pass
