"""What a generator found, and the little HTTP that all of them speak."""

import errno
import time
from array import array
from collections import Counter

TIMEOUT_SECONDS = 10
READ_BYTES = 65536


class Figures:
    """Latencies and errors of one run."""

    def __init__(self):
        self.latencies, self.errors = array("d"), Counter()
        self.began = self.ended = time.perf_counter()

    def failed(self, error):
        self.errors[error if isinstance(error, str) else describe(error)] += 1

    def summary(self):
        found = {"requests": len(self.latencies), "seconds": self.ended - self.began, "errors": dict(self.errors)}
        return {**found, **percentiles(self.latencies)}


def percentiles(latencies, prefix=""):
    ordered = sorted(latencies)
    return {f"{prefix}p{share}_us": rank(ordered, share) * 1e6 for share in (50, 99)}


def rank(ordered, share):
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))] if ordered else 0.0


def describe(error):
    number = error.errno if isinstance(error, OSError) else None
    return errno.errorcode.get(number) or getattr(error, "reason", None) or type(error).__name__


def head(options, path, more=""):
    return f"GET {path} HTTP/1.1\r\nHost: {options.host}:{options.port}\r\n{more}\r\n".encode()


def response_size(data):
    """Status and whole size in bytes of the response that begins here; an infinite size while its head is incomplete."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return 0, float("inf")
    fields = data[: end + 2].lower()
    at = fields.find(b"\r\ncontent-length:")
    if at < 0:
        raise ValueError("no content-length")
    size = int(fields[at + 17 : fields.index(b"\r\n", at + 17)])
    return int(data[9:12]), end + 4 + size
