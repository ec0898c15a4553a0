# SPDX-License-Identifier: Apache-2.0
"""The results as text: a table for each group."""

import math

OTHERS = ("PyTorch", "ONNX Runtime", "OpenVINO")
STREAMED = "lstmc, a call a step"
# Columns of the group `precisions`, and how they are headed.
ROUNDED = {
    "lstmc float16": "float16",
    "lstmc bfloat16": "bfloat16",
    "lstmc int8": "int8",
    "ONNX Runtime": "ORT f32",
    "ONNX Runtime int8": "ORT int8",
    "OpenVINO bfloat16": "OV bf16",
    "PyTorch bfloat16": "torch bf16",
}
ROUNDED_ROW = "{:<18}{:>9}" + "{:>15}" * len(ROUNDED)

ROW = "{:<26}" + "{:>11}" * 4 + "{:>11}" * 3 + "{:>10}"
HEADS = {
    "sweep": "The sweep: input-hidden, steps x batch; time of one pass",
    "streaming": "One sequence of 1,024 steps in a block; time of one step",
    "inputs": "Inputs that are not noise; time of one pass",
    "precisions": "Fewer bytes: parts of lstmc's float32 time of one pass, and the relative root mean square of the error",
    "gru": "The sweep with GRUs: input-hidden, steps x batch; time of one pass",
}


def head(group):
    if group == "precisions":
        return f"\n{HEADS[group]}\n" + ROUNDED_ROW.format("case", "float32", *ROUNDED.values())
    names = ("case", "lstmc", "PyTorch", "ONNX Rt.", "OpenVINO", "PyTorch /", "ONNX Rt. /", "OpenVINO /", "of FMA")
    return f"\n{HEADS[group]}\n" + ROW.format(*names)


def line(result):
    """Best times; ratios by best times; share of the measured multiply-add ceiling."""
    if result["group"] == "precisions":
        ours = duration(result["seconds"]["lstmc"]["best"])
        cells = [f"{result['ratios'][name]['best']:.2f} {result['errors'][name]:.0e}" for name in ROUNDED]
        return ROUNDED_ROW.format(result["name"], ours, *cells)
    scale = result["steps"] if result["group"] == "streaming" else 1
    times = [duration(result["seconds"][name]["best"] / scale) for name in ("lstmc",) + OTHERS]
    ratios = [f"{result['ratios'][name]['best']:.2f}" for name in OTHERS]
    return ROW.format(result["name"], *times, *ratios, share(result))


def share(result):
    ceiling = result["ceiling_gflops"]
    return f"{100 * result['gflops'] / ceiling:.0f} %" if ceiling else "?"


def duration(seconds):
    for limit, unit, scale in ((1e-6, "ns", 1e9), (1e-3, "µs", 1e6), (1, "ms", 1e3)):
        if seconds < limit:
            return f"{seconds * scale:.3g} {unit}" if seconds * scale < 100 else f"{seconds * scale:.0f} {unit}"
    return f"{seconds:.3g} s"


def geometric_mean(values):
    values = list(values)
    return math.exp(sum(math.log(value) for value in values) / len(values)) if values else float("nan")


def summary(results):
    """Geometric means of the sweeps and of streaming, by best times and by medians of paired rounds."""
    lines = []
    for group in ("sweep", "streaming", "gru"):
        rows = [result for result in results if result["group"] == group]
        if rows:
            lines.append(f"\nGeometric means, {group}: times as long as lstmc, by best times (by paired rounds)")
            lines += [mean_line(name, rows) for name in OTHERS]
    streamed = [result for result in results if result["group"] == "streaming" and STREAMED in result["ratios"]]
    if streamed:
        lines.append("\nA call a step: time of one step, and beside the same steps in a block")
        lines += [streamed_line(result) for result in streamed]
    return lines + input_lines([result for result in results if result["group"] == "inputs"])


def mean_line(name, rows):
    means = [geometric_mean(row["ratios"][name][by] for row in rows) for by in ("best", "median")]
    least = min(rows, key=lambda row: row["ratios"][name]["best"])
    worst = f"least {least['ratios'][name]['best']:.2f} at {least['name']}"
    return f"  {name:<14}{means[0]:.2f} ({means[1]:.2f}), {worst}"


def streamed_line(result):
    best = result["seconds"][STREAMED]["best"] / result["steps"]
    return f"  {result['name']:<24}{duration(best):>9}{result['ratios'][STREAMED]['best']:>8.2f}"


def input_lines(rows):
    """Each kind of input beside noise of the same shape."""
    noise = {row["name"]: row for row in rows if row["kind"] == "random"}
    lines = []
    for row in rows:
        beside = noise.get(row["name"].removeprefix(row["kind"] + " "))
        if row["kind"] == "random" or beside is None:
            continue
        ratios = [f"{name} {row['seconds'][name]['best'] / beside['seconds'][name]['best']:.2f}" for name in row["seconds"]]
        lines.append(f"  {row['name']:<26}" + ", ".join(ratios))
    return ["\nBeside noise of the same shape"] + lines if lines else []
