"""Where corral's time goes in a scenario: the front's stacks and allocations by JFR, and CPU time by thread and process."""

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import processes
from generators import say
from measure import warm_up
from servers import CORRAL, Server

SAMPLES, NATIVE, ALLOCATIONS = "jdk.ExecutionSample", "jdk.NativeMethodSample", "jdk.ObjectAllocationSample"
PERIODS = (f"{SAMPLES}#period=2ms", f"{NATIVE}#period=2ms")  # known since JDK 17
LEAST_SECONDS, TOP = 10, 25


def profile(scenario, place, length, corral):
    """Text for a person. The round is that of the bench, but not shorter than the sampling needs."""
    seconds = max(LEAST_SECONDS, length.seconds)
    server = Server(CORRAL, scenario.setup, place, corral)
    try:
        server.start()
        server.wait(scenario.probe)
        with scenario.idling(server.port):
            warm_up(scenario, server, length)
            pid = server.front()
            recording = place.folder / "front.jfr"
            if pid is not None:
                tell(pid, "JFR.start", "name=bench", "settings=profile", *PERIODS)
            say(f"  recording for {seconds:g} s")
            before, threads = server.usage(), processes.thread_seconds(pid) if pid else {}
            load = scenario.run(server.port, seconds, 1)
            after, later = server.usage(), processes.thread_seconds(pid) if pid else {}
            if pid is not None:
                tell(pid, "JFR.stop", "name=bench", f"filename={recording}")
        parts = [f"## {scenario.title}: {load.requests / load.seconds:,.0f}/s, errors: {load.errors or 'none'}"]
        parts += [by_process(after.since(before), load.requests), by_thread(threads, later, load.requests)]
        parts += by_frame(recording, pid) if pid is not None else ["no front found"]
        return "\n\n".join(parts)
    finally:
        server.stop()


def tool(pid, name):
    """The JDK's that runs the front, or else what is on PATH."""
    beside = Path(f"/proc/{pid}/exe").resolve().parent / name
    return str(beside) if beside.exists() else shutil.which(name) or name


def tell(pid, *words):
    done = subprocess.run([tool(pid, "jcmd"), str(pid), *words], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        say(f"  jcmd {' '.join(words)}: {done.stdout[-300:]}{done.stderr[-300:]}")


def by_process(spent, requests):
    each = 1e6 / max(1, requests)
    lines = [f"{role:<12}{user * each:8.1f}{system * each:8.1f}" for role, (user, system) in spent.items() if user + system]
    return "\n".join(["process      user µs  sys µs per request", *lines])


def by_thread(before, after, requests):
    each, found = 1e6 / max(1, requests), []
    for number, (name, user, system) in after.items():
        _, user_before, system_before = before.get(number, (name, 0, 0))
        found.append((user - user_before + system - system_before, name, user - user_before, system - system_before))
    found.sort(reverse=True)
    lines = [f"{name:<24}{user * each:8.1f}{system * each:8.1f}" for total, name, user, system in found[:10] if total]
    return "\n".join(["front's thread           user µs  sys µs per request", *lines])


def by_frame(recording, pid):
    """Self time, time including what is called, and allocated bytes by class and place."""
    java, native = events(recording, pid, SAMPLES), events(recording, pid, NATIVE)
    own, within = Counter(), Counter()
    for event in java:
        frames = stack(event)
        own.update(frames[:1])
        within.update(set(frames))
    in_native = Counter(frames[0] for frames in map(stack, native) if frames)
    bytes_by = Counter()
    for event in events(recording, pid, ALLOCATIONS):
        place = next((frame for frame in stack(event) if frame.startswith("corral.")), "elsewhere")
        bytes_by[f"{event['objectClass']['name']} in {place}"] += event["weight"]
    parts = [top(f"Java frames, self, of {len(java)} samples", own, len(java))]
    parts.append(top("Java frames with what they call", within, len(java)))
    parts.append(top(f"native frames, self, of {len(native)} samples (waiting included)", in_native, len(native)))
    parts.append(top("allocations, share of bytes", bytes_by, sum(bytes_by.values())))
    return parts


def events(recording, pid, kind):
    command = [tool(pid, "jfr"), "print", "--json", "--stack-depth", "64", "--events", kind, str(recording)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        say(f"  jfr print: {done.stderr[-300:]}")
        return []
    return [event["values"] for event in json.loads(done.stdout)["recording"]["events"]]


def stack(event):
    trace = event.get("stackTrace")
    return [frame_name(frame["method"]) for frame in trace["frames"]] if trace else []


def frame_name(method):
    return f"{method['type']['name'].replace('/', '.')}.{method['name']}"


def top(title, counts, total):
    lines = [f"{100 * count / max(1, total):6.1f} %  {name}" for name, count in counts.most_common(TOP)]
    return "\n".join([title, *lines])
