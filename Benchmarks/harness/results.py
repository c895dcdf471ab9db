"""Writes the dated result files."""

import datetime
import json
import os
import platform
import subprocess

from .inputs import ROOT


def first_line(arguments):
    """What a program says of its version; None where it has nothing to say."""
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, cwd=ROOT, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.strip().splitlines()
    return lines[0] if done.returncode == 0 and lines else None


def load():
    return round(os.getloadavg()[0], 2)


def machine():
    """The machine, as far as it bears on a figure."""
    cpu = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo", encoding="utf-8") as info:
        memory = int(info.readline().split()[1]) * 1024
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memoryBytes": memory,
        "kernel": platform.release(),
        "loadAverageAtStart": load(),
    }


def commit():
    """The commit, and whether the work tree differs from it."""
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=no"], capture_output=True, text=True, cwd=ROOT
    )
    return {"commit": first_line(["git", "rev-parse", "HEAD"]), "changed": bool(changed.stdout.strip())}


def versions(sluice=None):
    found = {"swift": first_line(["swift", "--version"]), "sqlite3": first_line(["sqlite3", "--version"])}
    if sluice:
        found["sluice"] = first_line([sluice, "--version"])
    return found


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "| " + " | ".join("---" for _ in header) + " |"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def describe(source):
    """An input in words."""
    packed = source.get("compression", "none")
    packed = "" if packed == "none" else f", then {packed}"
    return (
        f"`fixtures {' '.join(source['arguments'])}`{packed}: {source['records']:,} records, {source['bytes']:,} bytes, "
        f"SHA-256 {source['sha256']}"
    )


def surroundings(result):
    """The part of a report that names machine, commit and versions."""
    host = result["machine"]
    changed = ", work tree changed" if result["source"]["changed"] else ""
    return "\n".join([
        f"- Machine: {host['cpu']}, {host['cores']} cores, {host['memoryBytes'] >> 30} GiB, "
        f"Linux {host['kernel']}, load {host['loadAverageAtStart']} at start",
        f"- Commit: {result['source']['commit']}{changed}",
        f"- Versions: " + "; ".join(f"{name}: {text}" for name, text in result["versions"].items() if text),
    ])


def circumstances(result):
    """The part of a report that names machine, commit and input."""
    return f"{surroundings(result)}\n- Input: {describe(result['input'])}"


def write(folder, name, result, report, date=None):
    """Writes DATE-name.json and DATE-name.md; gives the path of the latter."""
    os.makedirs(folder, exist_ok=True)
    stem = os.path.join(folder, f"{date or datetime.date.today().isoformat()}-{name}")
    with open(stem + ".json", "w", encoding="utf-8") as file:
        json.dump(result, file, indent=2)
        file.write("\n")
    with open(stem + ".md", "w", encoding="utf-8") as file:
        file.write(report.rstrip() + "\n")
    return stem + ".md"
