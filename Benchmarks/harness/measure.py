"""Measures sides in turn, and says what came of it."""

import statistics
import sys
from dataclasses import dataclass

from . import answers


@dataclass
class Target:
    """A figure that must be reached: `at_least` or `at_most`."""

    text: str
    found: float | None
    at_least: float | None = None
    at_most: float | None = None
    unit: str = "×"

    def figures(self):
        if self.found is None:
            met = None
        elif self.at_least is not None:
            met = self.found >= self.at_least
        else:
            met = self.found <= self.at_most
        limit = self.at_least if self.at_least is not None else self.at_most
        sign = "≥" if self.at_least is not None else "≤"
        return {
            "target": f"{sign} {limit:g} {self.unit} {self.text}".strip(), "limit": limit, "sign": sign,
            "found": None if self.found is None else round(self.found, 3), "unit": self.unit, "met": met,
        }


def tell(text):
    print(text, file=sys.stderr, flush=True)


def in_turn(sides, pairs, warm_up=True, compare=None):
    """Runs all sides in each round, after one that is not counted; who goes first alternates.

    Every run is checked. After the first round `compare` is called with the sides while their databases and files are
    still there; its answer, and the runs of each side, are given.
    """
    measured = {side.name: [] for side in sides}
    content = None
    for number in range(0 if warm_up else 1, pairs + 1):
        for side in sides if number % 2 == 0 else reversed(sides):
            side.ready()
            done = side.run()
            side.check(done)
            label = "warm-up" if number == 0 else f"round {number}"
            tell(f"    {label}: {side.name} {done.seconds:.3f} s, peak {done.peak_rss_bytes / 1e6:.1f} MB")
            if number > 0:
                measured[side.name].append(done)
        if compare and content is None:
            content = compare(sides)
    return measured, content


def same_rows(sides):
    """The first side's content; what the others have must be the same."""
    others = {side.name: side.lines() for side in sides[1:]}
    return answers.fingerprint(
        sides[0].lines(), {name: lines for name, lines in others.items() if lines is not None})


def figures(measured, records, source_bytes=None, is_elsewhere=False, holds_more=False):
    """What a result file keeps of a side's runs."""
    seconds = statistics.median(run.seconds for run in measured)
    found = {
        "runs": [run.figures() for run in measured],
        "medianSeconds": round(seconds, 4),
        "recordsPerSecond": round(records / seconds),
    }
    if source_bytes:
        found["mebibytesPerSecond"] = round(source_bytes / seconds / (1 << 20), 1)
    if not is_elsewhere:
        found["medianCPUSeconds"] = round(statistics.median(run.cpu_seconds for run in measured), 4)
    if not is_elsewhere and not holds_more:
        found["peakRSSBytes"] = max(run.peak_rss_bytes for run in measured)
    return found


def ratios(measured, ours):
    """How many times as long each other side takes, of each round and their median."""
    found = {}
    for name, runs in measured.items():
        if name != ours and len(runs) == len(measured[ours]):
            each = [other.seconds / our.seconds for our, other in zip(measured[ours], runs)]
            found[name] = {"each": [round(value, 3) for value in each], "median": round(statistics.median(each), 3)}
    return found


def percentile(ordered, share):
    """Nearest rank: the least value that so large a share of all does not exceed."""
    rank = -(-len(ordered) * share // 100)
    return ordered[max(int(rank), 1) - 1]
