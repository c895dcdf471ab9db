"""The table of a run of the benchmarks, made of its result alone."""

from . import results


def verdict(met):
    return {True: "yes", False: "**no**", None: "not measured"}[met]


def figure(target):
    if target["found"] is None:
        return "—"
    places = 1 if target["unit"] == "MB" else 2
    return f"{target['found']:.{places}f} {target['unit']}"


def targets(result):
    """Each target, what was found, and whether it is met."""
    lines = []
    for name, row in result["rows"].items():
        for number, target in enumerate(row["targets"]):
            title = f"[{row['title']}](#{name})" if number == 0 else ""
            lines.append([title, target["target"], figure(target), verdict(target["met"])])
    return results.table(["work", "target", "found", "met"], lines)


def sides(row):
    """The programs that were measured in turn, with sluice first."""
    lines = []
    for name, side in row["sides"].items():
        ratio = row["ratios"].get(name)
        times = f"{ratio['median']:.2f} ({min(ratio['each']):.2f} to {max(ratio['each']):.2f})" if ratio else ""
        peak = f"{side['peakRSSBytes'] / 1e6:.1f}" if "peakRSSBytes" in side else "—"
        lines.append([
            name, f"{side['medianSeconds']:.3f}", f"{side['medianCPUSeconds']:.2f}" if "medianCPUSeconds" in side else "—",
            f"{side['recordsPerSecond']:,}",
            side.get("mebibytesPerSecond", ""), peak, times,
            ", ".join(f"{run.get('ownSeconds', run['wallSeconds']):.2f}" for run in side["runs"]),
        ])
    return results.table(
        ["", "median s", "CPU s", "records/s", "MiB/s", "peak MB", "times sluice's time", "each run, s"], lines)


def section(name, row, commit):
    commit = "" if row["commit"] == commit else f", at commit {row['commit']}"
    parts = [f"<a id=\"{name}\"></a>\n\n## {row['title'][0].upper()}{row['title'][1:]}"]
    parts.append(
        f"`{name}`, of {results.describe(row['input'])}, measured at {row['measuredAt']}, "
        f"load {row['loadAverage']}{commit}.")
    parts.append(sides(row))
    if "polls" in row:
        found = row["polls"]
        parts.append(results.table(
            ["polls", "half way", "p50 ms", "p99 ms", "max ms"],
            [[found[name] for name in ("count", "halfDone", "p50Milliseconds", "p99Milliseconds", "maxMilliseconds")]]))
    if "content" in row:
        parts.append(
            f"All hold the same {row['content']['rows']:,} rows (SHA-256 {row['content']['sha256'][:16]}…); "
            f"counts, rejects and the sum of balances are the generator's.")
    if "note" in row:
        parts.append(row["note"])
    for peer, reason in row["missing"].items():
        parts.append(f"Without {peer}: {reason}.")
    return "\n\n".join(parts)


def report(result):
    """The whole page."""
    size = f"{result['records']:,} and {result['large']:,} records"
    quick = (
        "\nThis was a quick run, for trying: the targets are meant for 1,000,000 and 5,000,000 records.\n"
        if result["records"] < 1_000_000 else "")
    parts = [
        f"# Benchmarks, {size}", results.surroundings(result) + ("\n" + quick if quick else ""), targets(result),
        *(section(name, row, result["source"]["commit"]) for name, row in result["rows"].items()),
        "Seconds are those of the whole process, of DuckDB and the floor those of the work alone. How to read and repeat "
        "this: [Benchmarks](../README.md).",
    ]
    return "\n\n".join(parts)
