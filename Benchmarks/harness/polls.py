"""Asks for a user task again and again while its import runs, and measures each answer."""

import json
import os
import subprocess
import time

from . import answers, runs
from .inputs import BenchmarkError
from .measure import percentile

# Between two polls: they are to be answered, and not to take the processor from the import.
INTERVAL_MILLISECONDS = 5


def is_running(process):
    """Whether a process goes on; its end is left to be waited for."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def expect_forward(before, poll):
    """A task's version, its records and its bytes never go backwards; `poll` is of these and its state."""
    for name in ("version", "processed", "bytesDone"):
        # The first pass and the second each read all bytes, so those may begin anew with another state.
        if before is None or (name == "bytesDone" and before["state"] != poll["state"]):
            continue
        if poll[name] < before[name]:
            raise BenchmarkError(f"{name} went back from {before[name]} to {poll[name]}")


def is_half_done(poll):
    return 0 < poll["processed"] < poll["read"]


def import_while(side, meanwhile):
    """One import of a `SluiceImport`, checked, during which something is done with its process."""
    side.ready()
    command = side.command(side.source.path)
    done = runs.run(command, side.bench.folder, meanwhile=meanwhile)
    runs.expect_success(done, "sluice import", (3 if side.source.summary["rejected"] else 0,))
    side.check(done)
    return done


def through_the_library(side, poll_task):
    """Polls of a program that embeds the engine; gives the import's run and the polls while it was active."""
    polls = []

    def meanwhile(process):
        poller = subprocess.Popen(
            [poll_task, side.database, str(INTERVAL_MILLISECONDS)], stdout=subprocess.PIPE, text=True)
        output = None
        while output is None:
            try:
                output, _ = poller.communicate(timeout=1)
            except subprocess.TimeoutExpired:
                # It ends by itself once the task has ended; without a task it never would.
                if not is_running(process):
                    poller.kill()
        polls.extend(map(parsed, output.splitlines()))

    done = import_while(side, meanwhile)
    before = None
    for poll in polls:
        expect_forward(before, poll)
        before = poll
    if before is None or before["state"] not in ("completed", "completedWithRejects"):
        raise BenchmarkError("the last poll did not see the import's end")
    return done, polls[:-1]


def parsed(text):
    words = text.split()
    if len(words) != 6:
        raise BenchmarkError(f"a poll failed: {text}")
    microseconds, version, state, bytes_done, read, processed = words
    return {
        "milliseconds": int(microseconds) / 1000, "version": int(version), "state": state, "bytesDone": int(bytes_done),
        "read": int(read), "processed": int(processed),
    }


def through_the_command(side):
    """Polls of a process each, `sluice tasks show ID --json`, its start included."""
    polls = []

    def ask(*words):
        return subprocess.run(
            [side.bench.sluice, "tasks", *words, "--database", side.database, "--json"], stdin=subprocess.DEVNULL,
            capture_output=True,
        )

    def meanwhile(process):
        identifier = _running_task(ask, process)
        before = None
        while is_running(process):
            start = time.perf_counter()
            shown = ask("show", identifier)
            elapsed = (time.perf_counter() - start) * 1000
            if shown.returncode != 0:
                raise BenchmarkError(f"a poll ended with {shown.returncode}: {(shown.stderr or shown.stdout)[:500]!r}")
            task = answers.parse_task(shown.stdout)
            answers.expect("the task that was shown", task.get("id"), identifier)
            answers.expect_reconciled(task)
            counts = task["counts"]
            poll = {
                "milliseconds": elapsed, "version": task["version"], "state": task["state"],
                "bytesDone": task["progress"]["bytesDone"], "read": counts["read"],
                "processed": counts["read"] - counts["unprocessed"],
            }
            expect_forward(before, poll)
            before = poll
            if is_running(process):
                polls.append(poll)

    return import_while(side, meanwhile), polls


def _running_task(ask, process):
    """The id of the import's task, as soon as there is one."""
    while is_running(process):
        listed = ask("list")
        # Before the database is there, asking for it is refused with 2.
        if listed.returncode == 0:
            tasks = json.loads(listed.stdout)["tasks"]
            if tasks:
                return tasks[0]["id"]
        elif listed.returncode != 2:
            raise BenchmarkError(f"tasks list ended with {listed.returncode}: {listed.stderr[:500]!r}")
        time.sleep(0.005)
    raise BenchmarkError("the import ended before it had a task")


def figures(polls):
    """What a result file keeps of polls."""
    half_done = sum(map(is_half_done, polls))
    if not polls:
        raise BenchmarkError("no poll was answered while the import ran: give more records")
    ordered = sorted(poll["milliseconds"] for poll in polls)
    return {
        "count": len(ordered),
        "halfDone": half_done,
        "p50Milliseconds": round(percentile(ordered, 50), 3),
        "p99Milliseconds": round(percentile(ordered, 99), 3),
        "maxMilliseconds": round(ordered[-1], 3),
    }
