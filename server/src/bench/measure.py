"""One scenario: all of its servers started, warmed up, and put under load in turns."""

import statistics
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field

import processes
from generators import GeneratorFailed, say
from servers import CORRAL, Server, ServerFailed


COMPILING = 0.05  # more than this share of the front's CPU time: it is not warm yet
LONGEST_WARMUP = 4  # times what was asked for


@dataclass(frozen=True)
class Length:
    """How long each thing takes, in seconds. A JVM compiles what it runs often, so corral is warmed up for longer."""

    rounds: int
    seconds: float
    warmup_corral: float
    warmup_peers: float

    def warmup(self, server):
        return self.warmup_corral if server.name == CORRAL else self.warmup_peers


@dataclass
class Sample:
    """One round of one server."""

    requests: int
    errors: dict
    rps: float
    p50_ms: float
    p99_ms: float
    cpu_us: float  # of the whole tree, per request
    user_us: float
    system_us: float
    role_us: dict  # role: CPU µs per request
    per_cpu: float  # requests per CPU second of the tree
    own_share_mb: float
    resident_mb: dict
    generator_us: float
    strangers: float  # CPUs that were busy with neither this server nor the generator
    fast_p99: float = 0.0  # ms, of a mix
    slow_p99: float = 0.0


@dataclass
class Outcome:
    """The samples of a scenario by server, and what kept a server from giving figures."""

    samples: dict = field(default_factory=dict)
    problems: dict = field(default_factory=dict)

    def median(self, name, of):
        return statistics.median(of(sample) for sample in self.samples[name])

    def ratio(self, measure, peer):
        """Corral's figure through the peer's, pair by pair, median; None if one of them has none."""
        if self.problems.keys() & {CORRAL, peer} or not (self.samples.get(CORRAL) and self.samples.get(peer)):
            return None
        pairs = zip(self.samples[CORRAL], self.samples[peer])
        ratios = [getattr(ours, measure) / getattr(theirs, measure) for ours, theirs in pairs if getattr(theirs, measure)]
        return statistics.median(ratios) if ratios else None

    def as_json(self):
        return {"samples": {name: [asdict(one) for one in rows] for name, rows in self.samples.items()}, "problems": self.problems}


def measure(scenario, names, place, length, corral, outcome):
    """Runs one scenario against these servers and fills in the outcome as it goes. A server that fails is left out from then on."""
    with ExitStack() as ends:
        running = []
        for name in names:
            server = Server(name, scenario.setup, place, corral)
            ends.callback(server.stop)
            try:
                server.start()
                server.wait(scenario.probe)
                running.append(server)
            except ServerFailed as failure:
                give_up(outcome, server, failure)
        idling = {}
        for server in list(running):
            try:
                idling[server.name] = ends.enter_context(scenario.idling(server.port))
            except (OSError, GeneratorFailed) as failure:
                running.remove(server)
                give_up(outcome, server, f"1000 idle connections: {failure}")
        rounds(scenario, running, idling, length, outcome)


def rounds(scenario, running, idling, length, outcome):
    for server in list(running):
        attempt(lambda server=server: warm_up(scenario, server, length, outcome), server, running, outcome)
    for number in range(length.rounds):
        for server in list(running):
            sample = attempt(lambda server=server: one_round(scenario, server, length, number + 1), server, running, outcome)
            if sample is None:
                continue
            closed = idling[server.name]()
            if closed:
                sample.errors["idle connections closed"] = closed
            outcome.samples.setdefault(server.name, []).append(sample)
            note_errors(outcome, server, sample)
            say(f"  {server.name}: {sample.rps:,.0f}/s, p50 {sample.p50_ms:.2f} ms, p99 {sample.p99_ms:.2f} ms, "
                f"{sample.cpu_us:.0f} µs CPU, {sample.own_share_mb:.0f} MB {sample.errors or ''}")


def warm_up(scenario, server, length, outcome=None):
    """So long as said, and corral for longer if the JVM still spends its time on compiling, as it does on a busy machine."""
    least = length.warmup(server)
    say(f"  {server.name}: warming up for {least:g} s")
    deadline = time.monotonic() + LONGEST_WARMUP * least
    slices = [least]
    while slices:
        before = compiling(server)
        load = scenario.run(server.port, slices.pop(), 0)
        if outcome is not None:
            note_errors(outcome, server, load, "while warming up: ")
        compiled, total = (now - then for now, then in zip(compiling(server), before))
        if compiled > COMPILING * total and time.monotonic() < deadline:
            slices.append(2)
    if compiled > COMPILING * total:
        say(f"  {server.name}: still compiles: {compiled / total:.0%} of the front's CPU")


def compiling(server):
    """CPU seconds of the compiler threads of corral's front, and of all its threads."""
    pid = server.front()
    threads = processes.thread_seconds(pid).values() if pid else ()
    compilers = [user + system for name, user, system in threads if name.startswith(("C1 Comp", "C2 Comp"))]
    return sum(compilers), sum(user + system for _, user, system in threads)


def attempt(action, server, running, outcome):
    try:
        return action()
    except GeneratorFailed as failure:
        running.remove(server)
        give_up(outcome, server, failure)
        return None


def give_up(outcome, server, failure):
    outcome.problems[server.name] = f"{failure}"
    say(f"  {server.name}: {failure}")


def note_errors(outcome, server, load, when=""):
    """Also of a Sample."""
    if load.errors or not load.requests:
        told = when + (", ".join(f"{count} × {kind}" for kind, count in load.errors.items()) or "no request answered")
        outcome.problems.setdefault(server.name, told)
        say(f"  {server.name}: ERRORS: {told}; the end of its log: {server.last_words()}")


def one_round(scenario, server, length, seed):
    time.sleep(0.3)  # what the round before has left behind is not this one's
    before, machine = server.usage(), processes.machine_seconds()
    began = time.monotonic()
    load = scenario.run(server.port, length.seconds * scenario.stretch, seed)
    passed = time.monotonic() - began
    machine, after = processes.machine_seconds() - machine, server.usage()
    spent = after.since(before)
    user, system = sum(user for user, _ in spent.values()), sum(system for _, system in spent.values())
    each = 1e6 / max(1, load.requests)
    return Sample(
        requests=load.requests,
        errors=dict(load.errors),
        rps=load.requests / load.seconds,
        p50_ms=load.p50_ms,
        p99_ms=load.p99_ms,
        cpu_us=(user + system) * each,
        user_us=user * each,
        system_us=system * each,
        role_us={role: (user + system) * each for role, (user, system) in spent.items()},
        per_cpu=load.requests / max(0.01, user + system),
        own_share_mb=after.own_share_mb,
        resident_mb=after.resident_mb,
        generator_us=load.cpu_seconds * each,
        strangers=max(0.0, machine - user - system - load.cpu_seconds) / passed,
        fast_p99=load.more.get("fast_p99_us", 0) / 1e3,
        slow_p99=load.more.get("slow_p99_us", 0) / 1e3,
    )
