"""Draws records per second of a result, sluice beside its peers, as a picture that reads on light and dark pages."""

from xml.sax.saxutils import escape

WIDTH, LABEL_WIDTH, BAR_WIDTH = 860, 250, 380
BAR, GAP, GROUP_GAP, TOP = 18, 6, 26, 58

# Scenario, heading, and the sides that are drawn, where they were measured. Exports have a scale of their own.
GROUPS = (
    ("empty", "Import into an empty database", ("sluice", "floor in C", "sqlite3 .import")),
    ("large", "Import of five times as many", ("sluice", "floor in C", "sqlite3 .import")),
    ("sound", "Import of a file with nothing wrong in it", ("sluice", "DuckDB", "PostgreSQL COPY", "sqlite3 .import")),
    ("sqlite-utils", "The same with sqlite-utils", ("sluice", "sqlite-utils")),
    ("unchanged", "The same file again, all unchanged", ("sluice", "sqlite3 .import, empty table")),
    ("filled", "New records beside five times as many", ("sluice", "sqlite3 .import, filled table")),
    ("wide", "120 columns of which 12 are mapped", ("sluice", "sqlite3 .import")),
    ("export", "Export to CSV", ("sluice", "DuckDB COPY, 2 threads", "sqlite3 -csv", "PostgreSQL COPY")),
)

STYLE = """
text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.heading { font-weight: 600 }
.small { font-size: 11.5px; fill: #59636e }
.sluice { fill: #0969da }
.floor { fill: #8c959f }
.peer { fill: #c8ccd1 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .small { fill: #9198a1 }
  .sluice { fill: #4493f8 }
  .floor { fill: #7d8590 }
  .peer { fill: #3d444d }
}
"""


def short(number):
    """Records per second as people say them."""
    if number >= 1_000_000:
        return f"{number / 1_000_000:.2f} M"
    if number >= 1_000:
        return f"{number / 1_000:.0f} k"
    return str(number)


def times_as_fast(ratio):
    return f"{ratio:.1f} × as fast"


def groups(result):
    """What there is to draw: scale, heading, and the sides measured with their records per second, the fastest peer first."""
    found = []
    for name, heading, names in GROUPS:
        row = result["rows"].get(name)
        if not row:
            continue
        bars = [(side, row["sides"][side]["recordsPerSecond"]) for side in names if side in row["sides"]]
        bars[1:] = sorted(bars[1:], key=lambda bar: -bar[1])
        if bars:
            scale = "export" if name == "export" else "import"
            found.append((scale, f"{heading}: {row['records']:,} records", bars))
    return found


def draw(result):
    """The picture's text."""
    drawn = groups(result)
    most = {}
    for scale, _, bars in drawn:
        most[scale] = max(most.get(scale, 1), *(value for _, value in bars))
    parts, y = [], TOP
    for scale, heading, bars in drawn:
        parts.append(f'<text class="heading" x="16" y="{y + 12}">{escape(heading)}</text>')
        y += 24
        ours = bars[0][1]
        for name, value in bars:
            kind = "sluice" if name == "sluice" else "floor" if name.startswith("floor") else "peer"
            width = max(round(BAR_WIDTH * value / most[scale], 1), 1)
            times = "" if name == "sluice" else f" · sluice: {times_as_fast(ours / value)}"
            parts.append(f'<text x="{LABEL_WIDTH - 10}" y="{y + 13}" text-anchor="end">{escape(name)}</text>')
            parts.append(f'<rect class="{kind}" x="{LABEL_WIDTH}" y="{y}" width="{width}" height="{BAR}" rx="2"/>')
            parts.append(f'<text x="{LABEL_WIDTH + width + 8:g}" y="{y + 13}">{short(value)}{times}</text>')
            y += BAR + GAP
        y += GROUP_GAP - GAP
    host = result["machine"]
    parts.append(f'<text class="small" x="16" y="{y}">Bars of imports have one scale, those of exports another.</text>')
    y += 16
    foot = f"{host['cpu']}, {host['cores']} cores; commit {(result['source']['commit'] or 'unknown')[:10]}; {result['date']}"
    parts.append(f'<text class="small" x="16" y="{y}">{escape(foot)}</text>')
    height = y + 16
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="Records per second of sluice and its peers">\n<style>{STYLE}</style>\n'
        f'<text class="title" x="16" y="28">Records per second: longer is faster</text>\n' + "\n".join(parts) + "\n</svg>\n"
    )
