# SPDX-License-Identifier: Apache-2.0
"""What Python adds to a model's own time, what `import lstmc` takes beyond `import numpy`, and how large the wheel is.

    python Benchmarks/python/overhead.py --lstmc .build/release/lstmc

Run it with a Python that has the wheel. The model's own time is what `lstmc bench` has for the same steps and rows. The least of many short
rounds counts, in turn: a busy machine makes all of them longer.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

import numpy as np

import lstmc

ROOT = pathlib.Path(__file__).resolve().parents[2]


def least(function, calls=5, rounds=4000):
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(calls):
            function()
        best = min(best, (time.perf_counter() - start) / calls)
    return best * 1e6


def own_time(program, spec, steps, batch):
    """Microseconds of a run, by `lstmc bench`."""
    figures = [
        json.loads(subprocess.run(
            [program, "bench", spec, "--steps", str(steps), "--batch", str(batch), "--format", "json"],
            capture_output=True, text=True, check=True).stdout)
        for _ in range(3)]
    return min(one["minimum_seconds"] for one in figures) * 1e6


def imports(statement, rounds=15):
    """Milliseconds that a statement takes after numpy is there."""
    code = f"import numpy, time; a = time.perf_counter(); {statement}; print(time.perf_counter() - a)"
    return min(float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
               for _ in range(rounds)) * 1e3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lstmc", required=True)
    program = parser.parse_args().lstmc
    print(f"import lstmc beyond import numpy  {imports('import lstmc'):6.1f} ms")
    for wheel in (ROOT / "Python" / "dist").glob("*.whl"):
        print(f"wheel                             {wheel.stat().st_size / 1e6:6.1f} MB")
    spec = ROOT / "Specs" / "SeedOneLayer.lstm.yaml"
    model = lstmc.load(spec)
    features = model.spec.inputs[0].shape[0]
    rng = np.random.default_rng(1)
    print("steps x rows   a call   its own   beyond, in microseconds")
    for steps, batch in ((1, 1), (24, 1), (24, 10)):
        x = rng.standard_normal((steps, batch, features)).astype(np.float32)
        own, call = own_time(program, spec, steps, batch), least(lambda: model(x))
        print(f"{steps:5} x {batch:<4} {call:9.1f} {own:9.1f} {call - own:8.1f}")
    x = rng.standard_normal((24, 10, features)).astype(np.float32)
    lengths = np.linspace(24, 3, 10).astype(np.int64)
    one, state = x[:1, 0].copy(), model.state()
    for name, function in (
        ("24 x 10 of float64", lambda: model(x.astype(np.float64))), ("24 x 10 with lengths", lambda: model(x, lengths=lengths)),
        ("one step of a stream", lambda: model.process(one, state)),
    ):
        print(f"{name:22} {least(function):8.1f} microseconds a call")


if __name__ == "__main__":
    main()
