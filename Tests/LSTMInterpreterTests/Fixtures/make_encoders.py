# SPDX-License-Identifier: Apache-2.0
"""Writes what PyTorch gives for encoders: three layers of lstm, whose last step becomes a vector of length 1.

    python3 make_encoders.py     needs torch, numpy, safetensors

Specs/seed-encoder.safetensors is a small one: weights, `x`, `embedding` (float32) and `embedding.f64`.
drawn-encoder.safetensors, in this folder, has the last two of one of the size of Pretrained/SpeakerEncoder.lstm.yaml: its
weights and its input are drawn as Tests/TestSupport/DrawnEncoder.swift draws them, and so are kept nowhere.
Pretrained/speaker-encoder-case.safetensors has `x`, the frames of an utterance, and is given `embedding.f64` of the real weights
where `make models` has fetched them.
Made with PyTorch 2.13.0 and safetensors 0.8; other versions may round otherwise.
"""
import pathlib

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

torch.set_num_threads(1)
HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[2]


def drawn(stream, count):
    """The first numbers of a stream of SplitMix64, as multiples of 2^-23 in -1..<1: every program gets the same."""
    with np.errstate(over="ignore"):
        z = np.uint64(stream) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return ((z >> np.uint64(40)).astype(np.int64) - (1 << 23)).astype(np.float64) * 2.0 ** -23


class Encoder(torch.nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.lstm = torch.nn.LSTM(40, hidden, 3, batch_first=True)
        self.linear = torch.nn.Linear(hidden, hidden)

    def forward(self, x):
        y = torch.relu(self.linear(self.lstm(x)[0][..., -1, :]))
        return torch.nn.functional.normalize(y, dim=-1)

    def results(self, x):
        x = torch.from_numpy(x)
        with torch.no_grad():
            single = self.float()(x)
            return {"embedding": single.numpy(), "embedding.f64": self.double()(x.double()).numpy()}


def drawn_encoder(hidden):
    """Its weights lie as torch.nn.LSTM draws them, within the root of the hidden size; stream 1 is the first tensor."""
    encoder = Encoder(hidden)
    scale = 2.0 ** -round(np.log2(hidden) / 2)
    weights = {
        name: (drawn(1 + index, tensor.numel()) * scale).astype(np.float32).reshape(tuple(tensor.shape))
        for index, (name, tensor) in enumerate(encoder.state_dict().items())
    }
    encoder.load_state_dict({name: torch.from_numpy(tensor) for name, tensor in weights.items()})
    return encoder, weights


def frames(*shape):
    """Stream 0, within -2..<2."""
    return (2 * drawn(0, int(np.prod(shape)))).astype(np.float32).reshape(shape)


metadata = {"torch": torch.__version__}
small, weights = drawn_encoder(16)
x = frames(3, 20, 40)
save_file({**weights, "x": x, **small.results(x)}, ROOT / "Specs/seed-encoder.safetensors", metadata=metadata)

large, _ = drawn_encoder(256)
save_file(large.results(frames(160, 40)), HERE / "drawn-encoder.safetensors", metadata=metadata)

fetched = ROOT / "Pretrained/speaker-encoder.safetensors"
if fetched.exists():
    case = ROOT / "Pretrained/speaker-encoder-case.safetensors"
    x = load_file(case)["x"]
    encoder = Encoder(256)
    encoder.load_state_dict({name: torch.from_numpy(tensor) for name, tensor in load_file(fetched).items()})
    save_file({"x": x, "embedding.f64": encoder.results(x)["embedding.f64"]}, case, metadata=metadata)
