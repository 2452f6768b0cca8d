"""What the tests have in common: a worker per class, on the app in SOURCE."""

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
