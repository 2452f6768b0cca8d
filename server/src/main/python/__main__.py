"""Runs the worker: `python FOLDER flags`. Unlike a script, the imported module is compiled only once per Python version."""

import sys

import corral_worker

if __name__ == "__main__":
    corral_worker.run(sys.argv[1:])
