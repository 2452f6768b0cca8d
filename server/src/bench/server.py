#!/usr/bin/python3
"""Measures corral's application server beside gunicorn with uvicorn workers, uvicorn and nginx, in turns on this machine.

Run by `./corral bench server`. Progress goes to stderr, tables in Markdown to stdout. Standard library only; needs wrk, openssl
and the peers as Debian packages them. Everything that it starts is dead when it ends, also after Ctrl-C. Exit status: 1 if
a server gave errors (its figures are not shown then), 3 if nothing failed but corral missed a target. All of it takes about
half an hour, with --quick six minutes.
"""

import argparse
import json
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import jfr
from generators import say
from measure import Length, Outcome, measure
from report import all_met, conditions, report
from scenarios import FILE_SIZES, SCENARIOS
from servers import CORRAL, GUNICORN, Place


def main():
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    quick = options.quick
    length = Length(
        rounds=options.rounds or (2 if quick else 5),
        seconds=options.seconds or (2 if quick else 5),
        warmup_corral=options.warmup or (8 if quick else 15),
        warmup_peers=min(options.warmup or 3, 1 if quick else 3),
    )
    chosen = [scenario for scenario in SCENARIOS if not options.only or scenario.name in options.only]
    with tempfile.TemporaryDirectory(prefix="corral-bench-") as work:
        files, pair = make_files(Path(work)), make_certificate(Path(work), options.key)
        corral = options.corral_command or shlex.join([f"{options.home}/bin/corral", "serve"])
        results, interrupted = {}, False
        try:
            for scenario in chosen:
                say(f"{scenario.name}: {scenario.title}")
                place = Place(Path(work, scenario.name), files, *pair)
                place.folder.mkdir()
                if options.profile:
                    print(jfr.profile(scenario, place, length, corral), flush=True)
                    continue
                names = [name for name in scenario.servers if not options.servers or name in options.servers]
                results[scenario] = Outcome()
                measure(scenario, names, place, length, corral, results[scenario])
        except KeyboardInterrupt:
            say("interrupted; what was measured so far:")
            interrupted = True
    if options.profile:
        return 0
    if options.json:
        found = {scenario.name: outcome.as_json() for scenario, outcome in results.items()}
        Path(options.json).write_text(json.dumps({"conditions": conditions(results, length), "scenarios": found}, indent=1))
    print(report(results, length))
    if interrupted:
        return 130
    if any(outcome.problems for outcome in results.values()):
        return 1
    return 0 if all_met(results) else 3


def parse():
    names = [scenario.name for scenario in SCENARIOS]
    home = Path(__file__).resolve().parents[3] / "target" / "corral"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", default=str(home), help="corral's distribution")
    parser.add_argument("--corral-command", help="what stands before the application instead of HOME/bin/corral serve")
    parser.add_argument("--quick", action="store_true", help="for a first look: 2 rounds of 2 s")
    only = f"this scenario (repeatable): {', '.join(names)}"
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=only)
    servers = f"only these, separated by commas, e.g. {CORRAL},{GUNICORN}"
    parser.add_argument("--servers", type=lambda text: text.split(","), metavar="NAMES", help=servers)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int, help="of a round")
    parser.add_argument("--warmup", type=int, help="seconds of load before the first round")
    parser.add_argument("--key", choices=("ec", "rsa"), default="ec", help="of the certificate: P-256 or RSA of 2048 bits")
    parser.add_argument("--json", metavar="FILE", help="all samples")
    parser.add_argument("--profile", action="store_true", help="of corral only, nothing compared: where the front's time goes, by JFR")
    return parser.parse_args()


def make_files(work):
    folder = work / "files"
    folder.mkdir()
    for name, size in FILE_SIZES.items():
        (folder / name).write_bytes(bytes(range(256)) * (size // 256))
    return folder


def make_certificate(work, kind):
    certfile, keyfile = work / "certificate.pem", work / "key.pem"
    key = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if kind == "ec" else ["rsa:2048"]
    command = ["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-newkey", *key]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, *names, "-keyout", str(keyfile), "-out", str(certfile)], check=True, capture_output=True)
    return certfile, keyfile


if __name__ == "__main__":
    sys.exit(main())
