"""Runs a program once and measures it."""

import os
import subprocess
import threading
import time
from dataclasses import dataclass


@dataclass
class Run:
    """One run of a program. `peak_rss_bytes` is VmHWM as last seen before the end.

    The system's own figure at the end (`max_rss_bytes`) is kept beside it: it also counts the moment before
    the program replaced the copy of this one, so it can be too high, never too low.
    """

    exit_code: int
    wall_seconds: float
    user_seconds: float
    system_seconds: float
    peak_rss_bytes: int
    max_rss_bytes: int
    output: bytes
    errors: bytes

    def figures(self):
        """What a result file keeps of the run."""
        return {
            "exitCode": self.exit_code,
            "wallSeconds": round(self.wall_seconds, 4),
            "cpuSeconds": round(self.user_seconds + self.system_seconds, 4),
            "peakRSSBytes": self.peak_rss_bytes,
            "maxRSSBytes": self.max_rss_bytes,
        }


def high_water_mark(pid):
    """VmHWM of a process in bytes; 0 where it has ended."""
    try:
        with open(f"/proc/{pid}/status", "rb") as status:
            for line in status:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def run(arguments, folder, environment=None):
    """Runs a program to its end; its output goes through files, so that no pipe slows it."""
    os.sync()
    output_path = os.path.join(folder, "stdout")
    errors_path = os.path.join(folder, "stderr")
    with open(output_path, "wb") as output, open(errors_path, "wb") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment
        )
        peak = 0
        ended = threading.Event()

        def watch():
            nonlocal peak
            while not ended.wait(0.01):
                peak = max(peak, high_water_mark(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        ended.set()
        watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
    with open(output_path, "rb") as output, open(errors_path, "rb") as errors:
        return Run(
            process.returncode, wall, usage.ru_utime, usage.ru_stime, peak, usage.ru_maxrss * 1024,
            output.read(), errors.read(),
        )
