# SPDX-License-Identifier: Apache-2.0
"""The results as a chart: a row for each case, a dot for each contestant, lstmc's time the line at 1."""

import math
from html import escape

from report import OTHERS, geometric_mean

COLOURS = {"PyTorch": "#e8590c", "ONNX Runtime": "#1c7ed6", "OpenVINO": "#9c36b5"}
TITLES = {"sweep": "input-hidden, steps x batch", "streaming": "1,024 steps of one sequence, in a block"}
WIDTH, LEFT, RIGHT, ROW, TOP = 760, 190, 30, 20, 74

# The chart brings its own page colour, light or dark as the viewer prefers, so that it is readable on any page.
STYLE = """
text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #59636e }
.page { fill: #ffffff }
.title { font-size: 15px; font-weight: 600; fill: #1f2328 }
.grid { stroke: #8c959f; stroke-opacity: .35 }
.one { stroke: #2f9e44; stroke-width: 2 }
.ours { fill: #2f9e44; font-weight: 600 }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117 }
text { fill: #9198a1 }
.title { fill: #f0f6fc }
}
"""


def drawn(document):
    groups = [(group, [row for row in document["results"] if row["group"] == group]) for group in TITLES]
    groups = [(group, rows) for group, rows in groups if rows]
    ratios = [row["ratios"][name]["best"] for _, rows in groups for row in rows for name in OTHERS]
    scale = Scale(min(ratios, default=1), max(ratios, default=1))
    height = TOP + sum((len(rows) + 2) * ROW for _, rows in groups) + ROW
    parts = [f'<rect class="page" width="{WIDTH}" height="{height}" rx="6"/>'] + heading(document)
    y = TOP
    for group, rows in groups:
        parts.append(text(16, y + 14, TITLES[group], "title"))
        y += ROW
        parts += grid(scale, y, y + len(rows) * ROW)
        for row in rows:
            parts += row_parts(row, scale, y)
            y += ROW
        y += ROW
    parts += labels(scale, y)
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="Times of PyTorch, ONNX Runtime and OpenVINO as multiples of lstmc\'s">\n'
        f"<style>{STYLE}</style>\n{body}\n</svg>\n"
    )


class Scale:
    """Logarithmic, from a power of two below the smallest ratio (and 1) to the largest."""

    def __init__(self, least, most):
        self.low = math.floor(math.log2(min(least, 0.99)))
        self.high = max(math.log2(most) + 0.2, 1)

    def x(self, ratio):
        return LEFT + (math.log2(ratio) - self.low) / (self.high - self.low) * (WIDTH - LEFT - RIGHT)

    def ticks(self):
        return [2.0**power for power in range(self.low, math.floor(self.high) + 1)]


def heading(document):
    rows = [row for row in document["results"] if row["group"] in TITLES]
    parts = [text(16, 22, "Times as multiples of lstmc's, one thread: right of the line is slower", "title")]
    x = 16
    for name in OTHERS:
        label = f"{name} {document['versions'][PACKAGES[name]].partition('+')[0]}"
        mean = geometric_mean(row["ratios"][name]["best"] for row in rows)
        parts.append(f'<circle cx="{x + 5}" cy="40" r="5" fill="{COLOURS[name]}"/>')
        parts.append(text(x + 16, 44, f"{label} (mean {mean:.2f})"))
        x += 230
    return parts


PACKAGES = {"PyTorch": "torch", "ONNX Runtime": "onnxruntime", "OpenVINO": "openvino"}


def grid(scale, top, bottom):
    xs = [(scale.x(ratio), "one" if ratio == 1 else "grid") for ratio in scale.ticks()]
    return [f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>' for x, kind in xs]


def labels(scale, y):
    return [
        text(scale.x(ratio), y, "lstmc" if ratio == 1 else f"{ratio:g}x", "ours" if ratio == 1 else None, "middle")
        for ratio in scale.ticks()
    ]


def row_parts(row, scale, y):
    middle = y + ROW / 2
    parts = [text(16, middle + 4, row["name"])]
    parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{middle}" y2="{middle}"/>')
    for name in OTHERS:
        ratio = row["ratios"][name]["best"]
        tip = f"<title>{escape(name)}: {ratio:.2f} times lstmc</title>"
        parts.append(f'<circle cx="{scale.x(ratio):.1f}" cy="{middle}" r="5" fill="{COLOURS[name]}">{tip}</circle>')
    return parts


def text(x, y, words, kind=None, anchor=None):
    kind = f' class="{kind}"' if kind else ""
    anchor = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:g}" y="{y:g}"{kind}{anchor}>{escape(words)}</text>'
