#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the instructions of a step, which, unlike its time, are the same on a busy machine.

Each shape runs twice under callgrind, N passes and 2 N: what the two differ by is N passes and nothing else. The counts may
not exceed the ceilings in Benchmarks/counts.json, and a pass may not allocate. Needs valgrind and an x86-64 machine with
AVX2; says so and stops without an error where there is none.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CEILINGS = ROOT / "Benchmarks" / "counts.json"
ISA = "avx2"
ROOM = 1.03

# Name: input, hidden, steps, batch, passes, whether one call a step.
SHAPES = {
    "streaming 1-8": (1, 8, 256, 1, 16, True),
    "streaming 1-40": (1, 40, 128, 1, 16, True),
    "block 1-16 256x1": (1, 16, 256, 1, 16, False),
    "block 128-128 10x1": (128, 128, 10, 1, 16, False),
    "batch 100-16 24x10": (100, 16, 24, 10, 8, False),
    "batch 128-128 3x16": (128, 128, 3, 16, 8, False),
}

ALLOCATORS = ("malloc", "calloc", "realloc", "memalign", "posix_memalign", "aligned_alloc", "swift_slowAlloc")


def main():
    options = arguments()
    reason = why_not()
    if reason:
        print(f"instruction counts skipped: {reason}")
        return
    counts, allocating = {}, []
    with tempfile.TemporaryDirectory() as folder:
        # Older valgrinds give up on the debug information of newer compilers.
        binary = pathlib.Path(folder) / "lstmc"
        subprocess.run(["strip", "--strip-debug", "-o", str(binary), options.lstmc], check=True)
        for name, shape in SHAPES.items():
            counts[name], allocations = counted(binary, folder, *shape)
            # A few more or fewer come from the figures' own digits, whatever the number of passes.
            if allocations >= shape[4]:
                allocating.append(f"{name}: {allocations} allocations in {shape[4]} passes")
    if options.write:
        write(counts)
    broken = compared(counts)
    if allocating:
        print("\nA pass must not allocate:", *allocating, sep="\n  ")
    if broken or allocating:
        sys.exit(1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lstmc", default=str(ROOT / ".build" / "release" / "lstmc"), help="a release build")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="compare with the ceilings (the default)")
    what.add_argument("--write", action="store_true", help="make what is counted now, and 3 %%, the ceilings")
    return parser.parse_args()


def why_not():
    """Why nothing can be counted here; nil where it can."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return f"the ceilings are for x86-64, and this is {platform.machine()}"
    for tool, remedy in (("valgrind", "sh Tools/install-test-tools.sh"), ("strip", "binutils")):
        if shutil.which(tool) is None:
            return f"there is no {tool} ({remedy})"
    flags = pathlib.Path("/proc/cpuinfo")
    if not flags.exists() or not {"avx2", "fma"} <= set(flags.read_text().split()):
        return "this machine has no AVX2"
    return None


def counted(lstmc, folder, inputs, hidden, steps, batch, passes, streaming):
    """Instructions a step of one row, and how often the passes allocated."""
    spec = pathlib.Path(folder) / "Counted.lstm.yaml"
    spec.write_text(f"lstmc: 1\ninput: {{ features: {inputs} }}\nlayers:\n  - lstm: lstm\n    hidden_size: {hidden}\n")
    words = [str(lstmc), "bench", str(spec), "--steps", str(steps), "--batch", str(batch), "--format", "json"]
    words += ["--streaming"] if streaming else []
    once, twice = (callgrind(words + ["--passes", str(count)], folder) for count in (passes, 2 * passes))
    return (twice[0] - once[0]) / (passes * steps * batch), twice[1] - once[1]


def callgrind(words, folder):
    """Instructions and allocations of one run."""
    path = pathlib.Path(folder) / "callgrind.out"
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={path}", "--compress-strings=no"]
    # Swift seeds its hashing afresh in every process otherwise.
    environment = dict(os.environ, LSTMC_ISA=ISA, SWIFT_DETERMINISTIC_HASHING="1")
    run = subprocess.run(valgrind + words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit(f"{' '.join(words)} failed under valgrind:\n{run.stderr}")
    instructions = allocations = 0
    called = ""
    for line in path.read_text(errors="replace").splitlines():
        if line.startswith("cfn="):
            called = line[4:].partition("@")[0].partition("'")[0]
        elif line.startswith("calls=") and called in ALLOCATORS:
            allocations += int(line[6:].split()[0])
        elif line.startswith(("summary:", "totals:")):
            instructions = int(line.split()[1])
    return instructions, allocations


def write(counts):
    shapes = {name: {"instructions": round(count, 1), "ceiling": round(count * ROOM, 1)} for name, count in counts.items()}
    CEILINGS.write_text(json.dumps({"isa": ISA, "instructions a step of one row": shapes}, indent=1) + "\n")


def compared(counts):
    """Prints every count beside its ceiling; true where one is above it."""
    ceilings = json.loads(CEILINGS.read_text())["instructions a step of one row"]
    broken, slack = [], []
    print(f"{'instructions a step of one row, ' + ISA:<40}{'counted':>10}{'ceiling':>10}")
    for name, count in counts.items():
        ceiling = ceilings.get(name, {}).get("ceiling", 0)
        print(f"{name:<40}{count:>10.1f}{ceiling:>10.1f}{'  ABOVE' if count > ceiling else ''}")
        if count > ceiling:
            broken.append(name)
        elif count * ROOM < 0.97 * ceiling:
            slack.append(name)
    if broken:
        print(
            "\nA step needs more instructions than it did. See where with\n"
            "    strip --strip-debug -o lstmc.stripped .build/release/lstmc\n"
            f"    LSTMC_ISA={ISA} valgrind --tool=callgrind ./lstmc.stripped bench SPEC --passes 10 --steps 256\n"
            "    callgrind_annotate callgrind.out.*\n"
            "If the step is faster all the same (make bench, before and after), or the gain elsewhere is worth it, set new\n"
            "ceilings with Tools/count-instructions.py --write and say why in the commit."
        )
    elif slack:
        print("\nFewer than the ceilings know; make it stay so with Tools/count-instructions.py --write")
    return bool(broken)


if __name__ == "__main__":
    main()
