"""Runs Autobahn|Testsuite's fuzzing client under Jython and writes one line per case: its number, behaviour, behaviour at the close.

usage: autobahn_client.py SPEC RESULTS
"""
import json
import os
import sys

spec, results = sys.argv[1:]
sys.argv = ["wstest", "-m", "fuzzingclient", "-s", spec]

from autobahntestsuite import wstest

wstest.run()
with open(spec) as file:
    folder = json.load(file)["outdir"]
with open(os.path.join(folder, "index.json")) as file:
    (cases,) = json.load(file).values()
with open(results, "w") as file:
    for number, case in cases.items():
        file.write("%s,%s,%s\n" % (number, case["behavior"], case["behaviorClose"]))
