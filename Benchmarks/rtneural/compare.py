# SPDX-License-Identifier: Apache-2.0
"""Streams of lstmc beside RTNeural's compile-time models: nanoseconds a step, by turns, the best of RTNeural's builds.

    python3 compare.py --lstmc BIN --rtneural DIR --xsimd DIR --eigen DIR --build DIR [--rounds N]

DIR are checkouts of RTNeural and xsimd, and the folder that holds Eigen/. RTNeural is not part of this project.
"""

import argparse
import itertools
import json
import math
import shutil
import subprocess
from pathlib import Path

# (input, hidden), as in streaming.cpp.
SIZES = [(1, h) for h in (8, 12, 16, 20, 24, 32, 40, 48, 64, 80)] + [(128, 128), (256, 256)]
COMPILERS = ("clang++", "g++")
FLAGS = {"native": (["-march=native"], "64"), "avx2": (["-mavx2", "-mfma"], "32")}
STEPS = 1024


def build(arguments):
    """Each build's name and program; those that a compiler refuses are left out, and said so."""
    programs = {}
    source = Path(__file__).with_name("streaming.cpp")
    for compiler, backend, (name, (flags, alignment)) in itertools.product(COMPILERS, ("XSIMD", "EIGEN"), FLAGS.items()):
        if shutil.which(compiler) is None:
            continue
        # RTNeural's Eigen layers take no more than 32.
        alignment = "32" if backend == "EIGEN" else alignment
        program = arguments.build / f"{compiler}-{backend}-{name}"
        command = [compiler, "-std=c++17", "-O3", *flags, f"-DRTNEURAL_USE_{backend}=1",
                   f"-DRTNEURAL_DEFAULT_ALIGNMENT={alignment}", "-DEIGEN_STACK_ALLOCATION_LIMIT=0", "-I", arguments.rtneural,
                   "-I", arguments.xsimd / "include", "-I", arguments.eigen, source,
                   arguments.rtneural / "RTNeural/RTNeural.cpp", "-o", program]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if done.returncode == 0:
            programs[program.name] = program
        else:
            errors = [line for line in done.stderr.splitlines() if "error" in line]
            print(f"{program.name} does not build: {errors[0] if errors else done.returncode}")
    return programs


def spec(folder, inputs, hidden):
    path = folder / f"H{hidden}.lstm.yaml"
    path.write_text(f"lstmc: 1\ninput: {{ features: {inputs} }}\nlayers:\n  - lstm: lstm\n    hidden_size: {hidden}\n")
    return path


def nanoseconds(arguments, path, *options):
    done = subprocess.run(
        [arguments.lstmc, "bench", path, "--steps", str(STEPS), "--seconds", "0.3", "--format", "json", *options],
        check=True, capture_output=True, text=True)
    return 1e9 * json.loads(done.stdout)["minimum_seconds"] / STEPS


def main():
    parser = argparse.ArgumentParser()
    for name in ("lstmc", "rtneural", "xsimd", "eigen", "build"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    arguments.build.mkdir(parents=True, exist_ok=True)
    programs = build(arguments)
    best = {}

    def note(size, who, value):
        best[size, who] = min(value, best.get((size, who), math.inf))

    for _ in range(arguments.rounds):
        for inputs, hidden in SIZES:
            path = spec(arguments.build, inputs, hidden)
            note(hidden, "step", nanoseconds(arguments, path, "--streaming"))
            note(hidden, "block", nanoseconds(arguments, path))
        for name, program in programs.items():
            lines = subprocess.run([program, "0.3"], check=True, capture_output=True, text=True).stdout.splitlines()
            for hidden, value in (line.split() for line in lines):
                note(int(hidden), name, float(value))

    print(f"{'hidden':>6} {'step':>9} {'block':>9} {'RTNeural':>9}  {'/ step':>6} {'/ block':>7}  best build, ns a step")
    ratios = {"step": [], "block": []}
    for _, hidden in SIZES:
        winner = min(programs, key=lambda name: best[hidden, name])
        other, step, block = best[hidden, winner], best[hidden, "step"], best[hidden, "block"]
        ratios["step"].append(other / step)
        ratios["block"].append(other / block)
        print(f"{hidden:>6} {step:>9.1f} {block:>9.1f} {other:>9.1f}  {other / step:>6.2f} {other / block:>7.2f}  {winner}")
    for way, values in ratios.items():
        print(f"geometric mean, {way}: {math.exp(sum(map(math.log, values)) / len(values)):.2f}")


if __name__ == "__main__":
    main()
