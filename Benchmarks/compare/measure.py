# SPDX-License-Identifier: Apache-2.0
"""Results checked equal, then everyone timed in turn."""

import pathlib
import subprocess
import tempfile

import numpy
import torch

import contestants
import models

TOLERANCE = 1e-4
CEILING_SECONDS = 0.03


class WrongResult(Exception):
    """A contestant's output is not what PyTorch's is: there is nothing to time."""


def measured(together, lstmc, probe, rounds, seconds):
    """What `rounds` rounds gave, as a JSON object for each of the cases, which take turns as the contestants do."""
    with tempfile.TemporaryDirectory() as folder:
        trials = [Trial(case, lstmc, pathlib.Path(folder) / str(number)) for number, case in enumerate(together)]
        for number in range(rounds):
            for trial in trials:
                trial.round(number, seconds)
                trial.ceiling = max(trial.ceiling, fma_ceiling(probe, trial.everyone[0].isa))
        return [trial.result() for trial in trials]


class Trial:
    """One case, its contestants and their times."""

    def __init__(self, case, lstmc, folder):
        folder.mkdir()
        module, x = models.torch_module(case), models.inputs(case)
        self.case = case
        self.everyone = entered(case, module, x, lstmc, folder)
        self.errors = checked(case, module, x, self.everyone)
        self.times = {contestant.name: [] for contestant in self.everyone}
        self.ceiling = 0.0

    def round(self, number, seconds):
        # There and back: whoever follows a slow neighbour in one round goes before it in the next.
        for contestant in self.everyone if number % 2 == 0 else reversed(self.everyone):
            self.times[contestant.name].append(contestant.best(seconds))

    def result(self):
        case, ours = self.case, self.times["lstmc"]
        return {
            "name": case.name,
            "group": case.group,
            "kind": case.kind,
            "multiply_adds": case.multiply_adds,
            "steps": case.steps,
            "errors": self.errors,
            "seconds": {name: {"best": min(taken), "median": median(taken)} for name, taken in self.times.items()},
            "ratios": {name: ratios(taken, ours) for name, taken in self.times.items() if name != "lstmc"},
            "isa": self.everyone[0].isa,
            "ceiling_gflops": self.ceiling,
            "gflops": 2e-9 * case.multiply_adds / min(ours),
        }


def ratios(theirs, ours):
    """Of the best times; and of each round's, where what disturbs a whole round cancels."""
    return {"best": min(theirs) / min(ours), "median": median([one / other for one, other in zip(theirs, ours)])}


def entered(case, module, x, lstmc, folder):
    models.write_weights(module, folder)
    spec = models.write_spec(case, folder)
    model = models.onnx_model(case, module)
    if case.group == "precisions":
        ours = [
            contestants.LSTMC(lstmc, models.write_spec(case, folder, precision), x, precision=precision)
            for precision in ("float16", "bfloat16", "int8")
        ]
        return [
            contestants.LSTMC(lstmc, spec, x),
            *ours,
            contestants.ONNXRuntime(case, model, x),
            contestants.ONNXRuntimeInt8(case, model, x),
            contestants.OpenVINOBfloat16(case, model, x),
            contestants.PyTorchBfloat16(case, module, x),
        ]
    everyone = [
        contestants.LSTMC(lstmc, spec, x),
        contestants.PyTorch(case, module, x),
        contestants.ONNXRuntime(case, model, x),
        contestants.OpenVINO(case, model, x),
    ]
    if case.batch == 1 and case.layers == case.directions == 1 and case.input == 1:
        everyone.append(contestants.LSTMC(lstmc, spec, x, streaming=True))
    return everyone


def checked(case, module, x, everyone):
    """Each one's largest distance from PyTorch in float64; of who has a tolerance, the relative root mean square."""
    with torch.inference_mode():
        truth = module.double()(torch.from_numpy(x).double())[0].numpy()
        module.float()
    errors = {}
    for contestant in everyone:
        output = contestant.output()
        if output.shape != truth.shape:
            raise WrongResult(f"{case.name}: {contestant.name} gives shape {output.shape}, not {truth.shape}")
        tolerance = getattr(contestant, "tolerance", None)
        difference = output - truth
        errors[contestant.name] = float(
            numpy.abs(difference).max() if tolerance is None
            else numpy.sqrt((difference**2).mean() / (truth**2).mean()))
        # `not <=`, so that a NaN is wrong too.
        if not errors[contestant.name] <= (TOLERANCE if tolerance is None else tolerance):
            raise WrongResult(f"{case.name}: {contestant.name} is off by {errors[contestant.name]:.2g}")
    return errors


def fma_ceiling(probe, isa):
    """GFLOP/s of multiply-adds alone, on lstmc's instruction set; 0 where the probe cannot say."""
    words = [probe, isa, str(CEILING_SECONDS)]
    return float(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)


def median(values):
    return float(numpy.median(values))
