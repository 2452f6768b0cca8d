"""Resolves many gunicorn command lines in one process: FOLDER_OF_CORRAL_CONFIG, then one command line per line of stdin.

Answers with one JSON document per line; {"error": text} for a line that is refused.
"""

import json
import os
import shlex
import sys

sys.path.insert(0, sys.argv[1])
import corral_config  # noqa: E402

home = os.getcwd()
path = list(sys.path)
sys.meta_path.append(corral_config.StandIns())
for line in sys.stdin:
    os.chdir(home)
    sys.path[:] = path
    try:
        answer = corral_config.document(*corral_config.resolve(shlex.split(line)))
    except SystemExit as e:
        answer = {"error": "exit %s" % e.code}
    except Exception as e:
        answer = {"error": str(e)}
    print(json.dumps(answer))
