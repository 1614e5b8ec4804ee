"""Runs a command and prints, as one line of JSON, what it cost: seconds of wall and processor time, peak memory.

usage: measured.py OUTPUT ERRORS COMMAND [ARGUMENT ...]
The command's own output goes to the two files. Works for any program alike, since the kernel does the counting.
"""

import json
import resource
import subprocess
import sys
import time

output, errors, *command = sys.argv[1:]
with open(output, "wb") as out, open(errors, "wb") as err:
    start = time.perf_counter()
    exit_code = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
    wall = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
kilobyte = 1 if sys.platform == "darwin" else 1024
print(
    json.dumps(
        {
            "exitCode": exit_code,
            "wall": wall,
            "processor": used.ru_utime + used.ru_stime,
            "peakBytes": used.ru_maxrss * kilobyte,
        }
    )
)
