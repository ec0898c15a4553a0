# SPDX-License-Identifier: Apache-2.0
"""Streams of lstmc beside programs of yours, RTNeural's or others: nanoseconds a step, in turns, results checked first."""

import argparse
import json
import math
import subprocess
import sys
from pathlib import Path

import cases

# The format is written once: the help shows what README.md, beside this file, says of it.
FORMAT = Path(__file__).with_name("README.md").read_text().split("## ", 1)[1].replace("## ", "")
# A time-out against programs that hang.
HANGS = 600


class Wrong(Exception):
    """What a program gave is no measurement; the message says why."""


def positive(text):
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is not more than 0")
    return value


def count(text):
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of at least 1")
    return int(text)


def program(text):
    name, equals, path = text.partition("=")
    if not (name and equals and path):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=PATH")
    return name, Path(path).resolve()


def sizes(text):
    known = {f"{inputs}x{hidden}": (inputs, hidden) for inputs, hidden in cases.SIZES}
    for name in text.split(","):
        if name not in known:
            raise argparse.ArgumentTypeError(f"'{name}' is none of {', '.join(known)}")
    return [known[name] for name in text.split(",")]


def parsed_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=FORMAT,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lstmc", type=lambda text: Path(text).resolve(), required=True, help="the tool, a release build")
    parser.add_argument("--program", type=program, action="append", default=[], metavar="NAME=PATH",
                        help="a program to compare with; repeat it for several")
    parser.add_argument("--build", type=lambda text: Path(text).resolve(), required=True, help="the folder for the cases")
    parser.add_argument("--cell", choices=("lstm", "gru"), default="lstm", help="the kind of layer; lstm by default")
    parser.add_argument("--sizes", type=sizes, default=cases.SIZES, help="INPUTxHIDDEN,...; all by default")
    parser.add_argument("--rounds", type=count, default=3, help="turns of everyone; the least of a contestant's times counts")
    parser.add_argument("--seconds", type=positive, default=0.3, help="how long a contestant measures in one turn")
    parser.add_argument("--scale", type=positive, default=1.0, help="weights lie in [-scale, scale] / sqrt(hidden)")
    parser.add_argument("--tolerance", type=positive, default=1e-4,
                        help="how far a value of a program may be from lstmc's")
    arguments = parser.parse_args()
    names = [name for name, _ in arguments.program]
    if not names:
        parser.error("there is nothing to compare with; give --program NAME=PATH (make bench-rtneural "
                     'PROGRAMS="NAME=PATH ...")')
    for name in names:
        if name in ("step", "block") or names.count(name) > 1:
            parser.error(f"--program {name}: each needs a name of its own, which is neither 'step' nor 'block'")
    return arguments


def ran(command, who):
    """What a command wrote to stdout."""
    try:
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=HANGS)
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(f"{who} cannot be run: {error}") from None
    except subprocess.TimeoutExpired:
        raise Wrong(f"{who} did not end in {HANGS} seconds") from None
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise Wrong(f"{who} ended with exit code {done.returncode}" + (f": {said[-1]}" if said else ""))
    return done.stdout


class Lstmc:
    """The tool, on one case: its times, and the results that the others are held to."""

    def __init__(self, arguments, case):
        self.arguments, self.case = arguments, case
        tool, folder = arguments.lstmc, case.folder
        ran([tool, "import", folder / "model.json", "--output", folder / "spec", "--name", "Case", "--force"], "lstmc import")
        self.spec = folder / "spec/Case.lstm.yaml"
        ran([tool, "run", self.spec, "--input", folder / "x.npy", "--output", folder / "y.safetensors"],
            "lstmc run")
        self.last = cases.tensor(folder / "y.safetensors", "h_n")

    def nanoseconds(self, *options):
        out = ran([self.arguments.lstmc, "bench", self.spec, "--input", self.case.folder / "x.npy", "--seconds",
                   self.arguments.seconds, "--format", "json", *options], "lstmc bench")
        return 1e9 * json.loads(out)["minimum_seconds"] / cases.STEPS


def measured(path, case, arguments, last):
    """The least nanoseconds a step that a program says, with right results; None where it leaves the size out."""
    lines = ran([path, case.folder, arguments.seconds], path.name).splitlines()
    return min((checked(line, case, arguments.tolerance, last) for line in lines if line.strip()), default=None)


def checked(line, case, tolerance, last):
    """The nanoseconds a step of one line, once its results are seen to be right."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise Wrong(f"a line of its output is no JSON: {line[:60]!r}") from None
    time = said.get("nanoseconds_per_step") if isinstance(said, dict) else None
    if not is_number(time) or not 0 < time < math.inf:
        raise Wrong(f"'nanoseconds_per_step' is not a number more than 0: {line[:60]!r}")
    values = said.get("last_output")
    if not isinstance(values, list) or len(values) != case.hidden or not all(map(is_number, values)):
        raise Wrong(f"'last_output' is not a list of {case.hidden} numbers: {line[:60]!r}")
    # Written so that what is no number (NaN) is wrong, too.
    wrong = [number for number in range(case.hidden) if not abs(values[number] - last[number]) <= tolerance]
    if wrong:
        first = wrong[0]
        raise Wrong(f"{len(wrong)} of {case.hidden} results are wrong, the first is number {first}: {values[first]} and not "
                    f"{last[first]:.7g} (more than {tolerance:g} away)")
    return time


def is_number(value):
    # JSON's integers may be larger than any float.
    return isinstance(value, float) or (type(value) is int and abs(value) < 2**63)


def main():
    arguments = parsed_arguments()
    contestants = dict(arguments.program)
    best, problems = {}, {}

    def note(case, who, value):
        if value is not None:
            best[case, who] = min(value, best.get((case, who), math.inf))

    everything = [
        cases.Case(arguments.build / f"{arguments.cell}-{inputs}x{hidden}", inputs, hidden, arguments.scale, arguments.cell)
        for inputs, hidden in arguments.sizes
    ]
    ours = {case: Lstmc(arguments, case) for case in everything}
    for number in range(arguments.rounds):
        for case in everything:
            note(case, "step", ours[case].nanoseconds("--streaming"))
            note(case, "block", ours[case].nanoseconds())
            # There and back: whoever follows a slow neighbour in one round goes before it in the next.
            for name in list(contestants) if number % 2 == 0 else reversed(contestants):
                if (case, name) in problems:
                    continue
                try:
                    note(case, name, measured(contestants[name], case, arguments, ours[case].last))
                except Wrong as error:
                    problems[case, name] = str(error)
                    best.pop((case, name), None)
    report(everything, list(contestants), best)
    for (case, name), problem in problems.items():
        print(f"error: {name}, {case.inputs}x{case.hidden}: {problem}; it does not count there", file=sys.stderr)
    sys.exit(1 if problems else 0)


def report(everything, names, best):
    print(f"{'size':>7} {'step':>9} {'block':>9} {'best':>9}  {'/ step':>6} {'/ block':>7}  whose, ns a step")
    ratios = {"step": [], "block": []}
    for case in everything:
        step, block = best[case, "step"], best[case, "block"]
        line = f"{f'{case.inputs}x{case.hidden}':>7} {step:>9.1f} {block:>9.1f}"
        present = [name for name in names if (case, name) in best]
        if not present:
            print(f"{line} {'-':>9}")
            continue
        winner = min(present, key=lambda name: best[case, name])
        other = best[case, winner]
        ratios["step"].append(other / step)
        ratios["block"].append(other / block)
        others = " ".join(f"{name} {best[case, name]:.1f}" for name in present)
        print(f"{line} {other:>9.1f}  {other / step:>6.2f} {other / block:>7.2f}  {winner} ({others})")
    for way, values in ratios.items():
        if values:
            print(f"geometric mean, {way}: {math.exp(sum(map(math.log, values)) / len(values)):.2f}")


if __name__ == "__main__":
    try:
        main()
    except Wrong as error:
        sys.exit(f"error: {error}")
