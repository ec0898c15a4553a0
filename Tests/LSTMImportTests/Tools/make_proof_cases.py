# SPDX-License-Identifier: Apache-2.0
"""Writes inputs and PyTorch's own float32 results for `lstmc import --against`, into Fixtures/Proof beside this folder.

Each is what one reading of a checkpoint gives: of those in Fixtures/Recognised, and of chain.pt here.

Made with Python 3.11, PyTorch 2.13.0, NumPy 2.4.6 and safetensors 0.8.0 (the line printed at the end).
"""
import pathlib
import platform

import numpy as np
import safetensors
import torch
from safetensors.torch import save_file
from torch import nn

fixtures = pathlib.Path(__file__).parent.parent / "Fixtures"
recognised, proof = fixtures / "Recognised", fixtures / "Proof"
generator = torch.Generator().manual_seed(29)


def draw(*shape):
    return torch.rand(shape, generator=generator) * 2 - 1


class Speech(nn.Module):
    """speech-model.pt; `read` is what the layers after the LSTM go on with."""

    def __init__(self, read, batch_first):
        super().__init__()
        self.rnn = nn.LSTM(6, 4, num_layers=2, bidirectional=True, batch_first=batch_first)
        self.norm, self.output = nn.LayerNorm(8), nn.Linear(8, 3)
        self.read, self.batch_first = read, batch_first

    def forward(self, x):
        y, (h, _) = self.rnn(x)
        if self.read == "last":
            y = torch.cat((h[-2], h[-1]), -1)
        if self.read == "select":
            y = y[:, -1] if self.batch_first else y[-1]
        return self.output(self.norm(y))


def speech(read, batch_first):
    model = Speech(read, batch_first)
    model.load_state_dict(torch.load(recognised / "speech-model.pt"))
    return model.eval()


with torch.no_grad():
    for read in ["every", "last", "select"]:
        for batch_first in [False, True]:
            x = draw(2, 5, 6)
            y = speech(read, batch_first)(x)
            name = f"speech-{read}-{'batch' if batch_first else 'time'}-first"
            save_file({"input": x, "y": y.contiguous()}, proof / f"{name}.safetensors")
    # One sequence alone, in an archive that is compressed.
    x = draw(5, 6)
    np.savez_compressed(proof / "speech-alone.npz", x=x.numpy(), y=speech("every", True)(x).numpy())
    # What no reading gives: a pooling.
    x = draw(2, 5, 6)
    model = speech("every", True)
    np.savez(proof / "speech-mean.npz", x=x.numpy(), y=model.output(model.norm(model.rnn(x)[0].mean(1))).numpy())

    # One gap, with an activation in it, and a result without its last axis.
    chain = nn.ModuleDict({"rnn": nn.LSTM(2, 5, batch_first=True),
                           "head": nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 1))})
    torch.save(chain.state_dict(), proof / "chain.pt")
    x = draw(3, 6, 2) * 2
    y = chain["head"](chain["rnn"](x)[0][:, -1]).squeeze(-1)
    np.savez(proof / "chain-tanh.npz", x=x.numpy(), y=y.numpy())

    # gaps.pt, whose gaps are too many for every way to fill them.
    gaps = nn.ModuleDict({
        "net": nn.Sequential(nn.Tanh(), nn.Linear(3, 4), nn.ReLU(),
                             nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))),
        "rnn": nn.Sequential(nn.LSTM(3, 4)),
        "head": nn.Sequential(nn.Dropout(), nn.Linear(4, 6), nn.ReLU(), nn.Dropout(), nn.Linear(6, 2)),
    }).eval()
    gaps.load_state_dict(torch.load(recognised / "gaps.pt"))
    x = draw(6, 2, 3) * 2
    np.savez(proof / "gaps-filled.npz", x=x.numpy(), y=gaps["head"](gaps["rnn"][0](gaps["net"](x))[0]).numpy())

    # A batch of one step each, which does not tell every step from the last one.
    bare = speech("every", True)
    x = draw(1, 1, 6)
    np.savez(proof / "speech-one-step.npz", x=x.numpy(), y=bare(x).numpy())

print("Python", platform.python_version(), "PyTorch", torch.__version__, "NumPy", np.__version__,
      "safetensors", safetensors.__version__)
