#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Generated types beside the interpreter: one input, an lstm, a linear layer with one output (Hidden) or none (Plain).

    python3 compare.py --lstmc BIN --build DIR [--seconds S] [--count]

Writes a package of specs, their generated types and the two programs' common frame, builds it and runs it. The ratio is
the interpreter's time over the generated type's: more than 1 is for the generated one. With --count, also the
instructions of a step under callgrind, with AVX2's kernels, which are the same on a busy machine: it fails where a step
of a small generated model with a linear layer is not 1.2 times as short as the interpreter's.
"""

import argparse
import array
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Name: hidden size, whether a linear layer follows.
MODELS = {f"Hidden{size}": (size, True) for size in (8, 12, 16, 20, 24, 32, 64, 128)}
MODELS |= {f"Plain{size}": (size, False) for size in (8, 12, 16, 24, 32)}
STEPS = 512
SMALL, SHORTER = 32, 1.2
TARGETS = {
    "CYAML": None, "LSTMLayout": [], "LSTMKernels": ["LSTMLayout"], "LSTMSpec": ["CYAML"],
    "LSTMIR": ["LSTMSpec", "LSTMLayout"], "LSTMFiles": [], "LSTMRuntime": ["LSTMFiles", "LSTMKernels"],
    "LSTMCheckpoint": ["LSTMFiles", "LSTMIR"],
    "LSTMInterpreter": ["LSTMFiles", "LSTMIR", "LSTMKernels", "LSTMRuntime", "LSTMCheckpoint"],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lstmc", required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", default="0.5")
    parser.add_argument("--count", action="store_true", help="count instructions too (needs valgrind)")
    parser.add_argument("--swift", default=os.environ.get("SWIFT", "swift"))
    options = parser.parse_args()
    package = options.build.resolve()
    write_package(package, options.lstmc)
    build = [options.swift, "build", "-c", "release", "--package-path", str(package)]
    done = subprocess.run(build, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    program = package / ".build/release/compare"
    print_times(subprocess.run([program, options.seconds], cwd=package, capture_output=True, text=True, check=True).stdout)
    if options.count and not print_counts(program, package):
        sys.exit(f"a generated step is not {SHORTER} times as short as the interpreter's")


def write_package(package, lstmc):
    """Links to the sources, so that the interpreter, which is no product, is built as here."""
    sources = package / "Sources"
    sources.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, dependencies in TARGETS.items():
        link = sources / name
        if not link.is_symlink():
            link.symlink_to(ROOT / "Sources" / name)
        if dependencies is None:
            lines.append(f'.systemLibrary(name: "{name}", pkgConfig: "yaml-0.1")')
        else:
            lines.append(f'.target(name: "{name}", dependencies: {json.dumps(dependencies)})')
    needed = json.dumps([name for name in TARGETS if name.startswith("LSTM")])
    lines.append(f'.executableTarget(name: "compare", dependencies: {needed})')
    write(package / "Package.swift", "// swift-tools-version: 6.2\nimport PackageDescription\n\nlet package = Package(\n"
          '    name: "Compare",\n    platforms: [.macOS(.v13)],\n    targets: [\n        '
          + ",\n        ".join(lines) + ",\n    ]\n)\n")
    specs = []
    for name, (hidden, head) in MODELS.items():
        write_weights(package / f"{name}.safetensors", hidden, head)
        spec = package / f"{name}.lstm.yaml"
        write(spec, f"lstmc: 1\ninput: {{ features: 1 }}\nweights: {{ file: {name}.safetensors }}\nlayers:\n"
              f"  - lstm: lstm\n    hidden_size: {hidden}\n"
              + ("  - linear: head\n    out_features: 1\n" if head else "outputs: [output]\n"))
        specs.append(str(spec))
    target = sources / "compare"
    subprocess.run([lstmc, "generate", *specs, "--output", str(target / "Generated"), "--access", "internal"], check=True,
                   stdout=subprocess.DEVNULL)
    write(target / "Models.swift", models())
    write(target / "main.swift", (HERE / "main.swift").read_text())


def models():
    """Each type's conformance, and the two functions that name them all."""
    names = list(MODELS)
    text = "import Foundation\n\nprivate let folder = URL(fileURLWithPath: \".\")\n\n"
    text += "".join(f"extension {name}: Streamed {{ static func start() -> State {{ State() }} }}\n" for name in names)
    text += "\nfunc measureAll(seconds: Double) throws {\n"
    for name in names:
        text += f"    var {name} = try Contest<compare.{name}>(\"{name}\", folder: folder, steps: {STEPS})\n"
        text += f"    try {name}.measure(seconds: seconds)\n"
    text += "}\n\nfunc count(model: String, way: String, passes: Int) throws {\n    switch model {\n"
    for name in names:
        text += f"    case \"{name}\":\n        var contest = try Contest<{name}>(model, folder: folder, steps: {STEPS})\n"
        text += "        try contest.count(way, passes: passes)\n"
    return text + "    default: throw Failure(what: \"no \\(model)\")\n    }\n}\n"


def write_weights(path, hidden, head):
    """Weights as PyTorch draws them, in the format's plainest form."""
    draw = random.Random(hidden)
    shapes = {"lstm.weight_ih_l0": [4 * hidden, 1], "lstm.weight_hh_l0": [4 * hidden, hidden], "lstm.bias_ih_l0": [4 * hidden],
              "lstm.bias_hh_l0": [4 * hidden]}
    shapes |= {"head.weight": [1, hidden], "head.bias": [1]} if head else {}
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


def print_times(text):
    print(f"{'ns a step':<12}{'one call a step':^32}{'512 steps at once':^32}")
    print(f"{'model':<12}" + 2 * f"{'generated':>11}{'interpreted':>13}{'ratio':>8}")
    for line in text.splitlines():
        name, *values = line.split()
        print(f"{name:<12}" + "".join(f"{mine:>11.1f}{other:>13.1f}{other / mine:>8.2f}"
                                      for mine, other in zip(*[map(float, values)] * 2)))


def print_counts(program, package):
    """False where the generated steps are too long."""
    if shutil.which("valgrind") is None:
        print("instructions not counted: there is no valgrind (sh Tools/install-test-tools.sh)")
        return True
    enough = True
    ways = ("step-generated", "step-interpreted", "whole-generated", "whole-interpreted")
    print(f"\n{'instructions a step, avx2':<28}" + "".join(f"{way:>19}" for way in ways))
    for name in MODELS:
        counts = [(callgrind(program, package, name, way, 8) - callgrind(program, package, name, way, 4)) / (4 * STEPS)
                  for way in ways]
        print(f"{name:<28}" + "".join(f"{count:>19.1f}" for count in counts))
        hidden, head = MODELS[name]
        enough = enough and (hidden > SMALL or not head or counts[1] >= SHORTER * counts[0])
    return enough


def callgrind(program, package, name, way, passes):
    with tempfile.TemporaryDirectory() as folder:
        # Older valgrinds give up on the debug information of newer compilers.
        stripped, out = pathlib.Path(folder) / "compare", pathlib.Path(folder) / "out"
        subprocess.run(["strip", "--strip-debug", "-o", str(stripped), str(program)], check=True)
        words = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", str(stripped), "count", name, way, str(passes)]
        run = subprocess.run(words, cwd=package, capture_output=True, text=True,
                             env=dict(os.environ, LSTMC_ISA="avx2", SWIFT_DETERMINISTIC_HASHING="1"))
        if run.returncode != 0:
            sys.exit(run.stderr)
        return next(int(line.split()[1]) for line in out.read_text(errors="replace").splitlines()
                    if line.startswith(("summary:", "totals:")))


if __name__ == "__main__":
    main()
