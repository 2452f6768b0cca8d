#!/usr/bin/python3
"""Measures corrald beside the real supervisord, in turns, on the same configuration; prints a table in Markdown.

Run by `./corral bench supervisor`. Standard library only. Everything that it starts is dead when it ends.
"""

import argparse
import os
import pathlib
import random
import statistics
import sys
import tempfile
import time

from daemons import CORRALD_NAME, SUPERVISORD_NAME, Side, corral_side, program, supervisor_side, wait_for


class Row:
    """One line of the table: a figure of both sides, and what corrald should reach."""

    def __init__(self, label, ours, theirs, unit, target="", passed=None):
        self.label, self.ours, self.theirs, self.unit = label, ours, theirs, unit
        self.target, self.passed = target, passed

    def cells(self):
        ratio = f"{self.ours / self.theirs:.2f}" if self.ours and self.theirs else "–"
        verdict = "" if self.passed is None else ("pass" if self.passed else "**miss**")
        return [self.label, self.number(self.ours), self.number(self.theirs), ratio, self.target, verdict]

    def number(self, value):
        if value is None:
            return "–"
        digits = 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 3 if self.unit == "s" else 2
        return f"{value:.{digits}f} {self.unit}"


def sleepers(count, extra=""):
    return "".join(program(f"p{number}", "/bin/sleep 1000000", extra) for number in range(count))


def in_turns(sides, measure, times):
    """Medians of measure(side), called alternately so that a busy moment of the machine hits both."""
    values = {side.name: [] for side in sides}
    for _ in range(times):
        for side in sides:
            values[side.name].append(measure(side))
    return [statistics.median(values[side.name]) for side in sides]


def started(sides, work, programs, count):
    """Both daemons running with all of their programs RUNNING."""
    for side in sides:
        side.start(work, programs)
    for side in sides:
        side.wait_running(count)


def stop_both(sides):
    for side in sides:
        side.stop()


def timed(action):
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def bench_status(sides, work, quick):
    for count in (10, 500):
        started(sides, work, sleepers(count), count)
        for side in sides:
            side.ctl("status")
        ours, theirs = in_turns(sides, lambda side: timed(lambda: side.ctl("status")), 5 if quick else 15)
        stop_both(sides)
        yield Row(f"`status`, {count} programs", ours, theirs, "s", "≤ 1/2 of supervisorctl", ours <= theirs / 2)


def start_named(side, work, count, part):
    """Seconds to start so many named programs; a part of them tells when they are started one after the other."""
    names = [f"p{number}" for number in range(count)]
    side.start(work, sleepers(count, "autostart=false"))
    taken = timed(lambda: side.ctl("start", *names[:part]))
    one_by_one = taken > part * 0.5
    if not one_by_one:
        side.ctl("stop", *names[:part])
        taken = timed(lambda: side.ctl("start", *names))
    started_count, expected = side.count_running(), part if one_by_one else count
    side.kill_all()  # in good order, supervisord takes a second for each stopped group
    assert started_count == expected, f"{side.name} runs {started_count} of {expected}"
    return taken * count / part if one_by_one else taken


def bench_start(sides, work, quick):
    part = 10 if quick else 25
    ours, theirs = [start_named(side, work, 500, part) for side in sides]
    yield Row(f"start 500 named programs (one by one: {part}, × {500 // part})", ours, theirs, "s", "≤ 3 s", ours <= 3)


def bench_all(sides, work, quick):
    count = 500
    start, stop = [], []
    for side in sides:
        side.start(work, sleepers(count, "autostart=false"))
        start.append(timed(lambda: side.ctl("start", "all")))
        assert side.count_running() == count, f"{side.name} runs {side.count_running()} of {count}"
        stop.append(timed(lambda: side.ctl("stop", "all")))
        assert side.count_running() == 0, f"{side.name} still runs {side.count_running()}"
        side.kill_all()
    yield Row("`start all`, 500 programs", *start, "s")
    yield Row("`stop all`, 500 programs", *stop, "s")


def restart_time(side, pids):
    """From kill -9 to the pid that the successor writes down itself: asking the daemon would wake it up."""
    wait_for(lambda: len(side.lines(pids)) >= 1, "first pid")
    time.sleep(1 + random.random())
    before = side.lines(pids)
    began = time.perf_counter()
    os.kill(int(before[-1]), 9)
    wait_for(lambda: len(side.lines(pids)) > len(before), "successor", pause=0.0005)
    return time.perf_counter() - began


def bench_restart(sides, work, quick):
    command = "/bin/sh -c 'echo $$ >> %(here)s/pids; exec sleep 1000000'"
    started(sides, work, program("p", command, "startsecs=0"), 1)
    values = in_turns(sides, lambda side: restart_time(side, "pids"), 5 if quick else 15)
    stop_both(sides)
    yield Row("kill -9 of a child to its successor's pid", *values, "s")


LINE = "2026-01-01 00:00:00,000 INFO request served in 12 ms, status 200, 1234 bytes, worker 3, item %07d\n"


def flood(side, work, write_bytes, megabytes):
    """Logs so many MB of lines written in pieces of one size; CPU seconds of the daemon and seconds on the clock."""
    lines = pathlib.Path(work, "lines")
    if not lines.exists():
        lines.write_text("".join(LINE % number for number in range(megabytes * 1_000_000 // len(LINE % 0))))
    expected = lines.stat().st_size
    logging = "stdout_logfile=%(here)s/flood.log\nstdout_logfile_maxbytes=50MB\nstdout_logfile_backups=99\n"
    command = f"/bin/dd if={lines} bs={write_bytes} status=none"
    side.start(work, program("flood", command, logging + "autostart=false\nautorestart=false\nstartsecs=0"))
    cpu = side.cpu_seconds()
    began = time.perf_counter()
    side.rpc().supervisor.startProcess("flood", False)
    wait_for(lambda: side.bytes_of("flood.log*") >= expected, "the last byte in the log", seconds=300, pause=0.01)
    taken = time.perf_counter() - began
    cpu = side.cpu_seconds() - cpu
    assert side.bytes_of("flood.log*") == expected, f"{side.name} logged more than was written"
    side.stop()
    side.forget("flood.log*")
    return cpu, taken


def bench_output(sides, work, quick):
    """A program that writes line by line, as servers do, and one that writes large blocks, where copying is all there is."""
    for what, write_bytes, megabytes in (("lines", len(LINE % 0), 50), ("blocks of 128 KB", 131072, 400)):
        folder = pathlib.Path(work, str(write_bytes))
        folder.mkdir()
        runs = {side.name: [] for side in sides}
        for _ in range(1 if quick else 5):
            for side in sides:
                runs[side.name].append(flood(side, folder, write_bytes, megabytes))
        per_cpu = [megabytes / max(0.01, statistics.median(cpu for cpu, _ in runs[side.name])) for side in sides]
        per_second = [megabytes / statistics.median(taken for _, taken in runs[side.name]) for side in sides]
        yield Row(f"child output in {what}, per CPU second", *per_cpu, "MB", "≥ 3 ×", per_cpu[0] >= 3 * per_cpu[1])
        yield Row(f"child output in {what}, per second", *per_second, "MB")


def bench_memory(sides, work, quick):
    resident = {}
    for count in (10, 100, 500):
        started(sides, work, sleepers(count), count)
        time.sleep(8)
        resident[count] = [side.resident_kb() for side in sides]
        stop_both(sides)
        megabytes = [[kb / 1024 for kb in figures] for figures in resident[count]]
        target = ("≤ 64 MB", megabytes[0][0] <= 64) if count == 10 else ("", None)
        yield Row(f"resident memory, {count} programs", megabytes[0][0], megabytes[1][0], "MB", *target)
        yield Row(f"… of it its own share (PSS), {count} programs", megabytes[0][1], megabytes[1][1], "MB")
    more = [(many[0] - few[0]) / 490 for few, many in zip(resident[10], resident[500])]
    yield Row("resident memory per further program", *more, "KB", "≤ 12 KB", more[0] <= 12)


def bench_idle(sides, work, quick):
    started(sides, work, sleepers(10), 10)
    time.sleep(10)
    before = [(side.ticks(), side.scheduled_ms()) for side in sides]
    time.sleep(10)
    after = [(side.ticks(), side.scheduled_ms()) for side in sides]
    stop_both(sides)
    ticks = [now[0] - then[0] for now, then in zip(after, before)]
    yield Row("CPU ticks in 10 idle seconds, 10 programs", *ticks, "", "0", ticks[0] == 0)
    scheduled = [now[1] - then[1] for now, then in zip(after, before)]
    if any(scheduled):  # some kernels do not count
        yield Row("… as the scheduler counts it", *scheduled, "ms")


def first_child_time(side, work, foreground):
    text = program("p", "/bin/sh -c 'echo $$ >> %(here)s/pids; exec sleep 1000000'")
    began = time.perf_counter()
    side.launch(work, text, foreground)
    wait_for(lambda: side.lines("pids"), "first child", pause=0.0005)
    taken = time.perf_counter() - began
    side.stop()
    side.forget("pids")
    return taken


def bench_cold(sides, work, quick):
    times = 3 if quick else 9
    ours, theirs = in_turns(sides, lambda side: first_child_time(side, work, True), times)
    yield Row("cold start to first child, foreground", ours, theirs, "s", "≤ 0.8 s", ours <= 0.8)
    yield Row("cold start to first child, detached", *in_turns(sides, lambda side: first_child_time(side, work, False), times), "s")


BENCHES = {
    "status": bench_status,
    "start": bench_start,
    "all": bench_all,
    "restart": bench_restart,
    "output": bench_output,
    "memory": bench_memory,
    "idle": bench_idle,
    "cold": bench_cold,
}


def print_row(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def run(sides, names, quick):
    print_row(["", CORRALD_NAME, SUPERVISORD_NAME, "ratio", "target", ""])
    print_row(["---"] + ["---:"] * 3 + ["---"] * 2)
    missed = False
    for name in names:
        with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as work:
            try:
                for row in BENCHES[name](sides, work, quick):
                    print_row(row.cells())
                    missed = missed or row.passed is False
            except (AssertionError, OSError, TimeoutError) as failure:
                print_row([name, f"failed: {failure}", "", "", "", "**miss**"])
                missed = True
            finally:
                for side in sides:
                    side.kill_all()
    return 1 if missed else 0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", help="an assembled corral; without it supervisord is measured against itself")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, less output")
    parser.add_argument("--only", metavar="NAME", choices=BENCHES, help="one of " + ", ".join(BENCHES))
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    ours: Side = corral_side(arguments.home) if arguments.home else supervisor_side("itself", is_ours=False)
    return run([ours, supervisor_side()], [arguments.only] if arguments.only else list(BENCHES), arguments.quick)


if __name__ == "__main__":
    sys.exit(main())
