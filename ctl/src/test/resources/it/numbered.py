"""Writes numbered lines, in bursts so that the machine has time for others, too."""
import itertools
import sys
import time

for first in itertools.count(0, 20):
    for number in range(first, first + 20):
        sys.stdout.write("line %08d\n" % number)
    sys.stdout.flush()
    time.sleep(0.002)
