"""The tables in Markdown."""

import os
import platform
import subprocess
from pathlib import Path

from measure import COMPILING
from servers import CORRAL, GUNICORN, UVICORN

FRONT_US, FRONT_MB = 15, 110  # CPU per small request, resident
QUIET = 0.15  # CPUs that other programs may keep busy
PEERS = (GUNICORN, UVICORN)
TITLES = {CORRAL: "corral", GUNICORN: "gunicorn", UVICORN: "uvicorn", "nginx": "nginx"}
MEASURES = {"rps": "requests/s", "per_cpu": "requests per CPU second", "fast_p99": "p99 of the fast requests"}


def table(heads, rows):
    aligned = [":--" if number == 0 else "--:" for number in range(len(heads))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [heads, aligned, *rows])


def number(value):
    if value is None:
        return "–"
    if value >= 100:
        return f"{value:,.0f}".replace(",", "\u202f")
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def verdict(is_met):
    return "met" if is_met else "**not met**"


def report(results, length):
    """`results`: scenario: its outcome."""
    limited = [[*row[:3], verdict(row[3])] for row in limits(results)]
    parts = [comparison(results), details(results), table(["corral", "is", "target", ""], limited) if limited else ""]
    parts += [problems(results), *notes(results), conditions(results, length)]
    return "\n\n".join(part for part in parts if part)


def comparison(results):
    heads = ["scenario", *(f"{TITLES[name]}, /s" for name in (CORRAL, *PEERS)), *(f"× {TITLES[name]}" for name in PEERS)]
    heads += ["per CPU second, × gunicorn", "p99, × gunicorn", "target (× gunicorn)", ""]
    return table(heads, [compared(scenario, outcome) for scenario, outcome in results.items()])


def compared(scenario, outcome):
    cells = [scenario.title]
    cells += [figure(outcome, name, lambda sample: sample.rps) for name in (CORRAL, *PEERS)]
    cells += [number(outcome.ratio("rps", name)) for name in PEERS]
    cells += [number(outcome.ratio(measure, GUNICORN)) for measure in ("per_cpu", "p99_ms")]
    target = scenario.target
    if target is None:
        return [*cells, "", ""]
    ratio = outcome.ratio(target.measure, GUNICORN)
    asked = f"{MEASURES[target.measure]} {'≤' if target.at_most else '≥'} {target.ratio:.2g}"
    if target.measure != "rps" and ratio is not None:
        asked += f", is {ratio:.2f}"
    return [*cells, asked, "" if ratio is None else verdict(target.is_met(ratio))]


def figure(outcome, name, of):
    if name in outcome.problems:
        return "errors"
    return number(outcome.median(name, of)) if outcome.samples.get(name) else "–"


def details(results):
    heads = ["scenario", "server", "requests/s", "p50 ms", "p99 ms", "CPU µs/request", "user + system"]
    heads += ["front + workers", "memory (PSS) MB", "RSS of a worker (of front) MB", "load generator's µs"]
    rows = []
    for scenario, outcome in results.items():
        for name in outcome.samples:
            if name not in outcome.problems:
                rows.append(detail(scenario, outcome, name))
    return table(heads, rows) if rows else ""


def detail(scenario, outcome, name):
    def median(of):
        return number(outcome.median(name, of))

    p99 = median(lambda sample: sample.p99_ms)
    if outcome.median(name, lambda sample: sample.fast_p99):
        p99 += f" (fast {median(lambda sample: sample.fast_p99)}, blocking {median(lambda sample: sample.slow_p99)})"
    resident = median(lambda sample: sample.resident_mb.get("worker", 0))
    if name == CORRAL:
        resident += f" ({median(lambda sample: sample.resident_mb.get('front', 0))})"
    split = [median(lambda sample, role=role: sample.role_us.get(role, 0)) for role in ("front", "worker")]
    return [
        scenario.name,
        TITLES[name],
        median(lambda sample: sample.rps),
        median(lambda sample: sample.p50_ms),
        p99,
        median(lambda sample: sample.cpu_us),
        f"{median(lambda sample: sample.user_us)} + {median(lambda sample: sample.system_us)}",
        " + ".join(split) if name == CORRAL else split[1],
        median(lambda sample: sample.own_share_mb),
        resident,
        median(lambda sample: sample.generator_us),
    ]


def all_met(results):
    """Whether no target was missed; those without a figure do not count."""
    ratios = [(scenario.target, outcome.ratio(scenario.target.measure, GUNICORN)) for scenario, outcome in results.items() if scenario.target]
    return all(ratio is None or target.is_met(ratio) for target, ratio in ratios) and all(row[3] for row in limits(results))


def limits(results):
    """What front and worker may take, in the scenarios with small requests: name, figure, target and whether it is met."""
    rows = []
    for scenario, outcome in results.items():
        if scenario.name not in ("raw", "fastapi") or CORRAL in outcome.problems or not outcome.samples.get(CORRAL):
            continue
        roles = set.intersection(*(set(sample.resident_mb) for sample in outcome.samples[CORRAL]))
        if not {"front", "worker"} <= roles:
            rows.append((f"front and workers, {scenario.name}", f"only {', '.join(sorted(roles))} found", "both", False))
            continue
        front = outcome.median(CORRAL, lambda sample: sample.role_us.get("front", 0))
        resident = outcome.median(CORRAL, lambda sample: sample.resident_mb.get("front", 0))
        rows.append((f"front's CPU per request, {scenario.name}", f"{front:.1f} µs", f"≤ {FRONT_US} µs", front <= FRONT_US))
        rows.append((f"front's resident memory, {scenario.name}", f"{resident:.0f} MB", f"≤ {FRONT_MB} MB", resident <= FRONT_MB))
        if outcome.samples.get(UVICORN) and UVICORN not in outcome.problems:
            ours, theirs = (outcome.median(name, lambda sample: sample.resident_mb.get("worker", 0)) for name in (CORRAL, UVICORN))
            target = f"≤ {theirs:.1f} MB (uvicorn's)"
            rows.append((f"a worker's resident memory, {scenario.name}", f"{ours:.1f} MB", target, ours <= theirs))
    return rows


def notes(results):
    return sorted({scenario.note for scenario in results if scenario.note})


def problems(results):
    found = [(s, name, told) for s, outcome in results.items() for name, told in outcome.problems.items()]
    return "\n".join(f"- **{scenario.name}, {name}**: {told}" for scenario, name, told in found)


def conditions(results, length):
    samples = [sample for outcome in results.values() for rows in outcome.samples.values() for sample in rows]
    strangers = max((sample.strangers for sample in samples), default=0)
    rounds = min((len(rows) for outcome in results.values() for rows in outcome.samples.values()), default=0)  # fewer after Ctrl-C
    workers = sorted({scenario.setup.workers for scenario in results})
    return (
        f"Medians of {rounds} rounds of {length.seconds:g} s, the servers in turns; ratios pair by pair. "
        f"{' or '.join(map(str, workers))} workers each; warmed up for {length.warmup_peers:g} s, "
        f"corral for {length.warmup_corral:g} s and until compiling takes less than {COMPILING:.0%} of the front's CPU. {machine()}; other programs kept at most {strangers:.2f} CPUs busy in a round"
        f"{': **too many for these figures to be trusted**' if strangers > QUIET else ''}."
    )


def machine():
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "")
    versions = subprocess.run(
        ["/usr/bin/python3", "-c", "import gunicorn, uvicorn, fastapi, platform as p; print(f'Python {p.python_version()}, gunicorn "
         "{gunicorn.__version__}, uvicorn {uvicorn.__version__} (uvloop, httptools), fastapi {fastapi.__version__}')"],
        capture_output=True, text=True, check=False).stdout.strip()  # fmt: skip
    return f"{os.cpu_count()} CPUs ({model}), Linux {platform.release()}, {versions}"
