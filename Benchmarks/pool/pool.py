#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A step of each of 10,000 live streams: in a pool, and by a call for each.

    python3 pool.py --lstmc BIN --build DIR [--seconds S] [--models 128,512]

Writes a package of specs, their generated types and a program, builds it and runs it. The two take turns in one process,
on the same frames, in an order of streams that is not the one they joined in; the ratio is how many times as many streams
a pool serves in the same time. The program compares all results, bit for bit.
"""

import argparse
import array
import json
import os
import pathlib
import random
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SIZES = (16, 32, 64, 128, 256, 512)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lstmc", required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", default="5")
    parser.add_argument("--models", default=",".join(map(str, SIZES)), help="hidden sizes; so many values a step come in")
    parser.add_argument("--swift", default=os.environ.get("SWIFT", "swift"))
    options = parser.parse_args()
    package = options.build.resolve()
    write_package(package, options.lstmc, [int(size) for size in options.models.split(",")])
    build = [options.swift, "build", "-c", "release", "--package-path", str(package)]
    done = subprocess.run(build, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    print(f"{'us a step':<12}{'by calls':>10}{'in a pool':>12}{'streams':>10}", flush=True)
    program = package / ".build/release/pool"
    with subprocess.Popen([program, options.seconds], cwd=package, stdout=subprocess.PIPE, text=True) as run:
        for line in run.stdout:
            name, calls, pool, ratio = line.split()
            print(f"{name:<12}{float(calls):>10.3f}{float(pool):>12.3f}{ratio:>9}x", flush=True)
    sys.exit(run.returncode)


def write_package(package, lstmc, sizes):
    write(package / "Package.swift", f"""// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Pool",
    platforms: [.macOS(.v13)],
    dependencies: [.package(name: "lstmc", path: {json.dumps(str(ROOT))})],
    targets: [.executableTarget(name: "pool", dependencies: [.product(name: "LSTMRuntime", package: "lstmc")])]
)
""")
    specs = []
    for size in sizes:
        name = f"Hidden{size}"
        write_weights(package / f"{name}.safetensors", size)
        spec = package / f"{name}.lstm.yaml"
        write(spec, f"lstmc: 1\ninput: {{ features: {size} }}\nweights: {{ file: {name}.safetensors, placement: file }}\n"
              f"layers:\n  - lstm: lstm\n    hidden_size: {size}\noutputs: [output]\n")
        specs.append(str(spec))
    target = package / "Sources/pool"
    subprocess.run([lstmc, "generate", *specs, "--output", str(target / "Generated"), "--access", "internal"], check=True,
                   stdout=subprocess.DEVNULL)
    write(target / "Models.swift", models(sizes))
    write(target / "main.swift", (HERE / "main.swift").read_text())


def models(sizes):
    """A function that measures each type."""
    text = "import LSTMRuntime\n\nfunc measureAll(seconds: Double) throws {\n"
    for size in sizes:
        text += f"""    do {{
        let model = try Hidden{size}(contentsOf: "Hidden{size}.safetensors")
        var pool = model.streamPool(capacity: streams)
        var states = (0..<streams).map {{ _ in Hidden{size}.State() }}
        let order = (0..<streams).shuffled()
        let joined = (0..<streams).compactMap {{ _ in pool.join() }}
        let ids = order.map {{ joined[$0] }}
        try measure("Hidden{size}", inputs: {size}, outputs: {size}, seconds: seconds) {{ x, y in
            for (row, index) in order.enumerated() {{
                let frame = UnsafeBufferPointer(rebasing: x[(row * {size})..<(row * {size} + {size})]).span
                var result = UnsafeMutableBufferPointer(rebasing: y[(row * {size})..<(row * {size} + {size})]).mutableSpan
                model.step(frame, state: &states[index], into: &result)
            }}
        }} pooled: {{ x, y in
            ids.withUnsafeBufferPointer {{ ids in
                var results = y.mutableSpan
                pool.step(UnsafeBufferPointer(x).span, of: ids.span, into: &results)
            }}
        }}
    }}
"""
    return text + "}\n"


def write_weights(path, hidden):
    """Weights as PyTorch draws them, in the format's plainest form."""
    draw = random.Random(hidden)
    shapes = {"lstm.weight_ih_l0": [4 * hidden, hidden], "lstm.weight_hh_l0": [4 * hidden, hidden],
              "lstm.bias_ih_l0": [4 * hidden], "lstm.bias_hh_l0": [4 * hidden]}
    header, data = {}, array.array("f")
    for name, shape in shapes.items():
        start = 4 * len(data)
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        data.extend(draw.uniform(-1, 1) / hidden ** 0.5 for _ in range(count))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, 4 * len(data)]}
    if sys.byteorder == "big":
        data.byteswap()
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data.tobytes())


def write(path, text):
    """Only what differs is written, so that only what differs is built."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


if __name__ == "__main__":
    main()
