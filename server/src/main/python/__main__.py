"""Runs the worker: `python FOLDER flags`. Unlike a script, the imported module is compiled only once per Python version."""

import sys

if __name__ == "__main__":
    if any(argument.startswith("--template=") for argument in sys.argv):
        import corral_template as program
    else:
        import corral_worker as program
    program.run(sys.argv[1:])
