"""
The template of preload_app: imports the app once, before any event loop or thread exists, and forks the workers from then on, so
that what the import has brought into memory is there once, not once per worker.

The supervisor talks to it through one end of a socket pair (--template=FD, stream). The template says b"R" when the app is
loaded. A request is a u32 LE length and so many bytes, with which three descriptors come (SCM_RIGHTS: stdin, stdout and
stderr of the worker): fields, each with a NUL behind it: how many arguments there are, the arguments, and the worker's whole
environment as KEY=VALUE. The answer is a line: `pid N`, `orphan` (the worker would not have become a child of the supervisor
and has been ended), or `error TEXT`. The end of the connection ends the template. OPTIONS.md has the rest.
"""

import array
import faulthandler
import gc
import os
import select
import signal
import socket
import struct
import sys
import threading
import time
import traceback

import corral_worker

MEASURE_EVERY = 10.0
FIRST_MEASURE = 2.0
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
MAX_FDS = 3

_u32 = struct.Struct("<I")
_credentials = struct.Struct("3i")


class Request:
    """A worker that is to be."""

    def __init__(self, payload, descriptors):
        """Raises ValueError if the payload is not one."""
        fields = payload.split(b"\0")
        count = int(fields[0])
        if fields.pop() or len(descriptors) != MAX_FDS or len(fields) < 1 + count:
            raise ValueError("a request of %d bytes with %d descriptors" % (len(payload), len(descriptors)))
        self.arguments = [os.fsdecode(field) for field in fields[1 : 1 + count]]
        self.environment = {}
        for field in fields[1 + count :]:
            key, _, value = os.fsdecode(field).partition("=")
            self.environment[key] = value
        self.descriptors = descriptors


class Link:
    """The template's end of the connection to the supervisor."""

    def __init__(self, descriptor):
        os.set_inheritable(descriptor, False)
        self.socket = socket.socket(fileno=descriptor)
        self.socket.setblocking(True)

    def peer(self):
        """The supervisor's pid: it has made the pair."""
        return _credentials.unpack(self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _credentials.size))[0]

    def fileno(self):
        return self.socket.fileno()

    def receive(self):
        """The next request. Raises EOFError at the end of the connection."""
        head, descriptors = self._read(_u32.size)
        payload, more = self._read(_u32.unpack(head)[0])
        return Request(payload, descriptors + more)

    def _read(self, size):
        data, descriptors = b"", array.array("i")
        while len(data) < size:
            piece, ancillary, _, _ = self.socket.recvmsg(size - len(data), socket.CMSG_SPACE(MAX_FDS * 4), socket.MSG_CMSG_CLOEXEC)
            for level, kind, content in ancillary:
                if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                    descriptors.frombytes(content[: len(content) - len(content) % 4])
            if not piece:
                raise EOFError("the supervisor is gone")
            data += piece
        return data, list(descriptors)

    def answer(self, text):
        """Sends a line. Returns whether the supervisor is there to read it."""
        try:
            self.socket.sendall(text.replace("\n", " ").encode("utf-8", "replace") + b"\n")
            return True
        except OSError:
            return False


class Forked:
    """A worker that lives, as far as is known."""

    def __init__(self, pid):
        self.pid = pid
        self._began = stat_of(pid)[1]

    def is_alive(self):
        """Whether it still runs: another process may have got its pid."""
        return stat_of(self.pid)[1] == self._began

    def shared(self):
        """Bytes of its data that are another process's as well. Raises OSError if that may not be known."""
        with open("/proc/%d/smaps_rollup" % self.pid, "rb") as file:
            for line in file:
                if line.startswith(b"Shared_Dirty:"):
                    return int(line.split()[1]) * 1024
        raise OSError("no such line")


def stat_of(pid):
    """Parent and time of start of a process; (0, b"") when there is none."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return int(fields[1]), fields[19]
    except (OSError, IndexError, ValueError):
        return 0, b""


class Template:
    """Forks workers on request. One thread, no event loop."""

    def __init__(self, settings, link, notify, logger, environment):
        self._settings = settings
        self._link = link
        self._notify = notify
        self._logger = logger
        self._environment = environment
        self._supervisor = link.peer()
        self._workers = []
        self._measure_at = None

    def run(self):
        """Returns the request in the worker that it asks for; in the template None when the supervisor is gone."""
        self._say()
        self._link.socket.sendall(b"R")
        self._notify.send("READY=1")
        while True:
            left = None if self._measure_at is None else max(0.0, self._measure_at - time.monotonic())
            if not select.select([self._link], [], [], left)[0]:
                self._measure()
                continue
            try:
                request = self._link.receive()
            except (EOFError, OSError):
                return None
            if self._fork(request):
                return request

    def _fork(self, request):
        """Returns whether this is the worker. The process between them ends at once, so the worker is the supervisor's child."""
        flush()
        go_reader, go_writer = os.pipe()
        pid_reader, pid_writer = os.pipe()
        try:
            between = os.fork()
        except OSError as error:
            self._link.answer("error cannot fork: %s" % error.strerror)
            between = -1
        if between == 0:
            if not is_worker(pid_writer):
                os._exit(0)
            close(pid_reader, pid_writer, go_writer)
            self._become(request, go_reader)
            return True
        close(pid_writer, go_reader)
        try:
            if between > 0:
                self._announce(between, pid_reader, go_writer)
        finally:
            close(pid_reader, go_writer, *request.descriptors)
        return False

    def _announce(self, between, pid_reader, go_writer):
        """Tells the supervisor of the worker, and then the worker that it is known. Without that it ends."""
        said = os.read(pid_reader, 4096)
        os.waitpid(between, 0)
        worker = _u32.unpack(said[:4])[0] if len(said) >= 4 else 0
        if not worker:
            self._link.answer("error cannot fork: %s" % said[4:].decode("utf-8", "replace"))
            return
        parent = stat_of(worker)[0]
        if parent and parent != self._supervisor:
            self._link.answer("orphan")
        elif self._link.answer("pid %d" % worker):
            os.write(go_writer, b"!")
            self._workers.append(Forked(worker))
            self._measure_at = time.monotonic() + FIRST_MEASURE

    def _become(self, request, go_reader):
        """Makes this process the worker: nothing of the template's own stays."""
        adopt_group(0)
        for target, descriptor in enumerate(request.descriptors):
            os.dup2(descriptor, target)
        close(*request.descriptors)
        self._link.socket.close()
        self._notify.close()
        go = os.read(go_reader, 1)
        os.close(go_reader)
        if not go:
            os._exit(1)
        for number in ENDING:
            if signal.getsignal(number) is end_at_once:
                signal.signal(number, signal.SIG_DFL)
        # What the app has set on import stays.
        for key, value in request.environment.items():
            if self._environment.get(key) != value:
                os.environ[key] = value
        for key in self._environment:
            if key not in request.environment:
                os.environ.pop(key, None)
        sys.argv[1:] = request.arguments
        # Python has seeded its generator anew, unless the app has put another in its place.
        if "random" in sys.modules:
            sys.modules["random"].seed()

    def _measure(self):
        self._workers = [worker for worker in self._workers if worker.is_alive()]
        self._measure_at = time.monotonic() + MEASURE_EVERY if self._workers else None
        self._say()

    def _say(self):
        text = "%s preloaded" % self._settings.app
        try:
            shared = [worker.shared() for worker in self._workers]
        except OSError:
            shared = []
        if shared:
            megabytes = sum(shared) / len(shared) / (1 << 20)
            text += ", %d worker%s share%s %.1f MB" % (
                len(shared), "s" if len(shared) > 1 else "", "" if len(shared) > 1 else "s", megabytes
            )
        self._notify.send("STATUS=" + text)


def is_worker(pid_writer):
    """The second fork: writes the worker's pid into the pipe, or 0 and why there is none. Returns whether this is the worker."""
    worker = -1
    try:
        worker = os.fork()
        if worker:
            adopt_group(worker)
            os.write(pid_writer, _u32.pack(worker))
    except BaseException as error:
        if worker < 0:
            os.write(pid_writer, _u32.pack(0) + str(error).encode("utf-8", "replace"))
    return worker == 0


def adopt_group(pid):
    """Makes a process the leader of a group of its own; its parent does so, too, so that it is one before anyone knows it."""
    try:
        os.setpgid(pid, pid)
    except OSError:
        pass


def close(*descriptors):
    for descriptor in descriptors:
        os.close(descriptor)


def flush():
    """What is in the buffers would be written once by every worker."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass


def end_at_once(number, stack):
    """A template has nothing to finish."""
    flush()
    os._exit(0)


def warn_of_threads(logger):
    """Threads are not copied by a fork: what relies on them does not work in the workers."""
    names = [thread.name for thread in threading.enumerate() if thread is not threading.current_thread()]
    if names:
        logger.warning("The app has started threads on import, which workers will not have (preload_app): %s", ", ".join(names))


def load(settings, notify, logger):
    """Imports the app and what else every worker needs. Returns it, or the exit code."""
    if settings.reload:
        logger.warning("reload has no effect with preload_app")
    try:
        hosted = corral_worker.load_app(settings, logger)
    except BaseException as error:
        return corral_worker.report_failure(error, settings, notify, logger)
    if settings.loop in ("auto", "uvloop"):
        try:
            __import__("uvloop")
        except ImportError:
            pass
    warn_of_threads(logger)
    gc.collect()
    gc.freeze()
    return hosted


def read(arguments):
    """The settings that the flags are; bad ones end the process with 2."""
    try:
        return corral_worker.Settings(arguments)
    except ValueError as error:
        sys.stderr.write("corral_worker: %s\n" % error)
        sys.exit(2)


def run(arguments):
    """Runs a template, and in each process forked from it a worker. Ends the process."""
    faulthandler.enable()
    settings = read(arguments)
    link = Link(settings.template)
    notify = corral_worker.Notify(os.environ)
    environment = dict(os.environ)
    corral_worker.set_up_signals()
    for number in ENDING:
        signal.signal(number, end_at_once)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    corral_worker.set_up_paths(settings)
    try:
        logger = corral_worker.set_up_logging(settings)
    except Exception as error:
        traceback.print_exc()
        notify.send("STATUS=" + corral_worker.one_line(error))
        corral_worker.end(3)
    logger.info("Loading %s for all workers (pid: %d)", settings.app, os.getpid())
    hosted = load(settings, notify, logger)
    if isinstance(hosted, int):
        corral_worker.end(hosted)
    request = Template(settings, link, notify, logger, environment).run()
    if request is None:
        corral_worker.end(0)
    settings = read(request.arguments)
    settings.reload = False
    corral_worker.end(corral_worker.serve(settings, corral_worker.Notify(os.environ), logger, hosted))
