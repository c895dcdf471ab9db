"""Runs a program once and measures it."""

import os
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field

from .inputs import BenchmarkError


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
    output: bytes = field(repr=False)
    errors: bytes = field(repr=False)
    # What the program itself says, where its start and its preparations are not to count.
    own_seconds: float | None = None
    own_cpu_seconds: float | None = None

    @property
    def seconds(self):
        return self.wall_seconds if self.own_seconds is None else self.own_seconds

    @property
    def cpu_seconds(self):
        return self.user_seconds + self.system_seconds if self.own_cpu_seconds is None else self.own_cpu_seconds

    def figures(self):
        """What a result file keeps of the run."""
        own = {} if self.own_seconds is None else {"ownSeconds": round(self.own_seconds, 4)}
        return own | {
            "exitCode": self.exit_code,
            "wallSeconds": round(self.wall_seconds, 4),
            "cpuSeconds": round(self.cpu_seconds, 4),
            "peakRSSBytes": self.peak_rss_bytes,
            "maxRSSBytes": self.max_rss_bytes,
        }


def expect_success(done, what, codes=(0,), quiet=False):
    """Fails where a run did not end with one of `codes` or, where it has to be `quiet`, said something."""
    if done.exit_code not in codes or (quiet and done.errors):
        said = (done.errors or done.output)[:1000].decode(errors="replace")
        raise BenchmarkError(f"{what} ended with {done.exit_code}: {said}")
    return done


def remove(path):
    """Removes what is at a path, and a database's files and folders beside it, whose names begin likewise."""
    folder, name = os.path.split(path)
    for entry in os.listdir(folder):
        if entry == name or entry.startswith(name + "-"):
            found = os.path.join(folder, entry)
            shutil.rmtree(found) if os.path.isdir(found) else os.remove(found)


def fresh_copy(path, copy):
    """A copy of a database that nobody has open, in place of what was there."""
    if os.path.exists(path + "-wal") and os.path.getsize(path + "-wal"):
        raise BenchmarkError(f"{path} is not all: something is left in its WAL")
    remove(copy)
    shutil.copyfile(path, copy)
    return copy


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


def run(arguments, folder, environment=None, input=None, meanwhile=None):
    """Runs a program to its end; its output goes through files, so that no pipe slows it.

    `input` is a text for its standard input. `meanwhile` is called with the process once it has started, on this
    thread, before its end is waited for.
    """
    os.sync()
    output_path = os.path.join(folder, "stdout")
    errors_path = os.path.join(folder, "stderr")
    input_path = os.path.join(folder, "stdin")
    with open(input_path, "w", encoding="utf-8") as file:
        file.write(input or "")
    with open(output_path, "wb") as output, open(errors_path, "wb") as errors, open(input_path, "rb") as source:
        start = time.perf_counter()
        process = subprocess.Popen(arguments, stdin=source, stdout=output, stderr=errors, env=environment)
        peak = 0
        ended = threading.Event()

        def watch():
            nonlocal peak
            while not ended.wait(0.01):
                peak = max(peak, high_water_mark(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            if meanwhile:
                meanwhile(process)
        finally:
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
