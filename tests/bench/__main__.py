"""`make bench`: how fast Kindly is on this machine, as ratios measured in one run.

Milliseconds differ from one machine to the next; what a ratio says holds longer. Nothing here is
a test: it asserts nothing.
"""

import sys

from tests.bench import cards, intake

for subject in (cards, intake):
    for line in subject.figures():
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
