"""What the benchmark reads of processes."""

import subprocess
import sys
from types import SimpleNamespace

from bot.bench.processes import cpu_ms, memory_mb

BUSY = "import time\nwhile time.process_time() < 0.3: pass\n"
PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {BUSY + "print(flush=True); input()"!r}], stdin=subprocess.PIPE)
input()
"""


def test_cpu_time_and_memory_are_those_of_a_process_and_its_children():
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline(), "the child has worked"
        part = SimpleNamespace(name="engine", process=parent)
        gone = SimpleNamespace(name="app", process=None)
        spent = cpu_ms([part, gone])
        assert list(spent) == ["engine"]
        assert 290 <= spent["engine"] < 10_000
        assert memory_mb([part]) > 5
        parent.communicate(b"\n")
