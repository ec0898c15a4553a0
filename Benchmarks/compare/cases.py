# SPDX-License-Identifier: Apache-2.0
"""What is measured: the sweep, streaming, inputs that are not noise, GRUs, and weights of fewer bytes."""

import itertools
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Case:
    """One LSTM or GRU stack on sequences of one size; float32, one thread."""

    group: str
    input: int
    hidden: int
    layers: int
    directions: int
    steps: int
    batch: int
    kind: str = "random"
    cell: str = "lstm"

    @property
    def gates(self):
        return {"lstm": 4, "gru": 3}[self.cell]

    @property
    def name(self):
        """For people and for CASES: `100-16-l2 24x10`."""
        stack = f"{self.input}-{self.hidden}"
        if self.layers > 1:
            stack += f"-l{self.layers}"
        if self.directions > 1:
            stack += "-bi"
        words = [self.cell] * (self.cell != "lstm") + [self.kind] * (self.kind != "random")
        prefix = "".join(word + " " for word in words)
        return f"{prefix}{stack} {self.steps}x{self.batch}"

    @property
    def multiply_adds(self):
        """Of one pass."""
        widths = [self.input] + [self.hidden * self.directions] * (self.layers - 1)
        step = sum(self.gates * self.hidden * (width + self.hidden) * self.directions for width in widths)
        return step * self.steps * self.batch


SWEEP = [
    Case("sweep", 100, 16, 1, 1, 24, 10),
    Case("sweep", 100, 16, 2, 1, 24, 10),
    Case("sweep", 100, 16, 1, 2, 24, 10),
    Case("sweep", 8, 32, 1, 1, 100, 1),
    Case("sweep", 12, 40, 2, 1, 50, 4),
    Case("sweep", 40, 256, 3, 1, 160, 1),
    Case("sweep", 128, 128, 1, 1, 100, 1),
    Case("sweep", 128, 128, 1, 1, 100, 32),
    Case("sweep", 64, 200, 1, 2, 60, 3),
    Case("sweep", 512, 512, 2, 1, 50, 1),
    Case("sweep", 512, 512, 2, 1, 50, 32),
    Case("sweep", 1024, 1024, 1, 1, 25, 64),
]

STREAMING = [
    Case("streaming", 1, hidden, 1, 1, 1024, 1) for hidden in (8, 12, 16, 20, 24, 32, 40, 48, 64, 80, 128, 256)
]

KINDS = ("silence", "denormal", "saturated")

# Each beside the same shape on noise.
INPUTS = [
    replace(case, group="inputs", kind=kind)
    for case in (SWEEP[0], SWEEP[7], STREAMING[2])
    for kind in ("random",) + KINDS
]

# Asked for by name: results.json and its chart are of lstms.
GRU = [replace(case, group="gru", cell="gru") for case in SWEEP]

# Asked for by name, too: float16, bfloat16 and int8 beside peers that keep fewer bytes, as parts of our float32 time.
PRECISIONS = [
    replace(case, group="precisions") for case in (SWEEP[0], SWEEP[6], SWEEP[5], SWEEP[9], SWEEP[7], SWEEP[10], SWEEP[11])
] + [Case("precisions", size, size, 1, 1, 1, 1) for size in (256, 1024)]


def selected(words):
    """The cases whose group is one of the words, or whose name contains one; all of float32 lstms where there is no word."""
    cases = SWEEP + STREAMING + INPUTS + (GRU + PRECISIONS if words else [])
    return [case for case in cases if not words or any(word == case.group or word in case.name for word in words)]


def turns(cases):
    """The cases in lists: those of one shape that are compared with each other take turns."""
    return [list(together) for _, together in itertools.groupby(cases, lambda case: replace(case, kind="random"))]
