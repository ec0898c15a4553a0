# SPDX-License-Identifier: Apache-2.0
"""Writes models whose gates are driven far into saturation: saturated-made.safetensors and saturated-fitted.safetensors.

    python3 make_saturated.py [--seed N] [--output FOLDER]     needs torch, numpy, safetensors

Each file is a model of 24 units and 2 inputs with a linear layer on top (`lstm.*`, `head.*`), ten inputs of 400 steps `x.0`
to `x.9`, what float64 gives for them (`y.0.f64` to `y.9.f64`), and PyTorch's own float32 errors: `largest` and `rms`, one
for each input. `made` has drawn weights, recurrent ones up to 6 and a head that amplifies differences; `fitted` has
learnt a distorted guitar-like signal from a clean one and a knob, its gates' weights doubled afterwards.

Made with PyTorch 2.13.0 and safetensors 0.8; other versions may round otherwise.
"""
import argparse
import pathlib

import numpy as np
import torch
from safetensors.numpy import save_file

UNITS, STEPS, INPUTS = 24, 400, 10


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(2, UNITS)
        self.head = torch.nn.Linear(UNITS, 1)

    def forward(self, x):
        return self.head(self.lstm(x)[0])


def plucked(steps, random):
    """A few decaying strings, as a guitar has them, and a knob that stays; (steps, 1, 2)."""
    time = np.arange(steps) / 44100
    signal = np.zeros(steps)
    for _ in range(3):
        pitch, start = random.uniform(80, 900), random.integers(0, steps // 2)
        after = np.maximum(time - time[start], 0)
        signal += (after > 0) * random.uniform(0.3, 1) * np.exp(-60 * after) * np.sin(2 * np.pi * pitch * after)
    knob = np.full(steps, random.uniform(0, 1))
    return torch.tensor(np.stack([signal, knob], 1)[:, None], dtype=torch.float32)


def made(random):
    """Half of the gates' weights are large; the recurrent ones mostly press units to where they already are."""
    model = Model()
    with torch.no_grad():
        draw = lambda *shape: torch.tensor(random.uniform(-1, 1, shape), dtype=torch.float32)
        model.lstm.weight_ih_l0.copy_(8 * draw(4 * UNITS, 2))
        recurrent = 6 * draw(4 * UNITS, UNITS)
        recurrent[torch.tensor(random.uniform(0, 1, recurrent.shape)) < 0.8] = 0
        model.lstm.weight_hh_l0.copy_(recurrent)
        bias = 2 * draw(4 * UNITS)
        bias[UNITS : 2 * UNITS] += 6  # forget gates near 1: what is lost there stays lost
        model.lstm.bias_ih_l0.copy_(bias)
        model.lstm.bias_hh_l0.zero_()
        model.head.weight.copy_(4 * draw(1, UNITS))
        model.head.bias.zero_()
    return model


def fitted(random):
    """A few hundred steps of training towards tanh(9 knob x), then twice the gates' weights."""
    torch.manual_seed(int(random.integers(1 << 30)))
    model = Model()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(300):
        x = torch.cat([plucked(160, random) for _ in range(8)], 1)
        target = torch.tanh(x[..., :1] * (1 + 9 * x[..., 1:]))
        loss = torch.nn.functional.mse_loss(model(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        for name, weight in model.lstm.named_parameters():
            weight.mul_(4 if name.startswith("bias") else 2)
    return model


def tensors(model, random):
    model.eval()
    named = {name: value.detach().numpy().copy() for name, value in model.state_dict().items()}
    xs = [plucked(STEPS, random) * random.uniform(0.5, 4) for _ in range(INPUTS)]
    with torch.no_grad():
        singles = [model(x).double() for x in xs]
        doubles = [model.double()(x.double()) for x in xs]
    errors = [(single - double).numpy() for single, double in zip(singles, doubles)]
    for index, (x, y) in enumerate(zip(xs, doubles)):
        named |= {f"x.{index}": x.numpy(), f"y.{index}.f64": y.numpy()}
    named["largest"] = np.array([np.abs(error).max() for error in errors])
    named["rms"] = np.array([np.sqrt((error**2).mean()) for error in errors])
    return {name: np.ascontiguousarray(value) for name, value in named.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name, make in [("made", made), ("fitted", fitted)]:
        random = np.random.default_rng(options.seed)
        file = tensors(make(random), random)
        save_file(file, options.output / f"saturated-{name}.safetensors")
        print(f"{name}: PyTorch's largest error {file['largest'].max():.2g}, rms {file['rms'].mean():.2g}")
