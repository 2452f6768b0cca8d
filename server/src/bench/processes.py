"""What a tree of processes takes, read from /proc: CPU time, also of children that have ended, and memory."""

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass
class Usage:
    """CPU seconds since the processes began, and MB of memory at the moment. `user` and `system` are by role."""

    user: Counter = field(default_factory=Counter)
    system: Counter = field(default_factory=Counter)
    resident_mb: dict = field(default_factory=dict)  # role: the largest VmRSS of its processes
    own_share_mb: float = 0.0  # the sum of Pss

    def since(self, before):
        """Role: (user seconds, system seconds) between the two."""
        roles = sorted(self.user.keys() | before.user.keys())
        return {role: (self.user[role] - before.user[role], self.system[role] - before.system[role]) for role in roles}


def parents():
    """Parent's pid: pids of its children."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = stat_fields(entry)
            if fields:
                found.setdefault(int(fields[1]), []).append(int(entry))
    return found


def stat_fields(pid):
    """The fields of /proc/PID/stat from the third (state) on, or None if it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None


def tree(root):
    """The pids of a process and of all below it."""
    children = parents()
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def with_environment(setting):
    """The pids of the processes that were started with this NAME=VALUE, wherever they are in the tree."""
    wanted, found = setting.encode(), []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if wanted in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
        except OSError:
            pass
    return found


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def usage(pids, role_of):
    """`role_of` takes a pid and its command line. What ended and was waited for counts as role `ended`."""
    now = Usage()
    for pid in pids:
        fields = stat_fields(pid)
        if fields is None:
            continue
        role = role_of(pid, command_line(pid))
        user, system, ended_user, ended_system = (int(ticks) / TICKS_PER_SECOND for ticks in fields[11:15])
        now.user[role] += user
        now.system[role] += system
        now.user["ended"] += ended_user
        now.system["ended"] += ended_system
        now.resident_mb[role] = max(now.resident_mb.get(role, 0.0), kilobytes(pid, "status", "VmRSS:") / 1024)
        now.own_share_mb += kilobytes(pid, "smaps_rollup", "Pss:") / 1024
    return now


def kilobytes(pid, file, name):
    try:
        with open(f"/proc/{pid}/{file}") as lines:
            return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)
    except OSError:
        return 0


def thread_seconds(pid):
    """Thread id: (name, user seconds, system seconds)."""
    found = {}
    for path in Path(f"/proc/{pid}/task").iterdir():
        try:
            name, fields = (path / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
        except OSError:
            continue
        user, system = (int(ticks) / TICKS_PER_SECOND for ticks in fields.split()[11:13])
        found[int(path.name)] = (name, user, system)
    return found


def machine_seconds():
    """CPU seconds that all processes of the machine took together. What interrupts took is not among them."""
    return sum(int(ticks) for ticks in Path("/proc/stat").read_text().split()[1:4]) / TICKS_PER_SECOND
