# SPDX-License-Identifier: Apache-2.0
"""Writes files with a bias in every form that a checkpoint can have it in, into Fixtures beside this folder.

Refused/bias-* have one that cannot be read, which no command may drop; Recognised/ has what can be read: a negative bit,
None for a missing bias, settings beside the tensors, gaps in a Sequential's numbers, statistics beside the state_dict.
Expected/ has inputs and float64 results of PyTorch's own modules.

Made with Python 3.11, PyTorch 2.13.0, NumPy 2.4.6 and safetensors 0.8.0 (the line printed at the end).
"""
import pathlib
import platform

import numpy as np
import safetensors
import torch
from safetensors.numpy import save_file as save_arrays
from safetensors.torch import save_file
from torch import nn

fixtures = pathlib.Path(__file__).parent.parent / "Fixtures"
recognised, refused, expected = (fixtures / name for name in ["Recognised", "Refused", "Expected"])
generator = torch.Generator().manual_seed(23)


def draw(*shape):
    return torch.rand(shape, generator=generator) * 2 - 1


def settle(module):
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(draw(*parameter.shape) * 0.6)
    return module.eval()


class Model(nn.Module):
    def __init__(self, bias=True):
        super().__init__()
        self.lstm = nn.LSTM(3, 4)
        self.head = nn.Linear(4, 2, bias=bias)

    def forward(self, x):
        return self.head(self.lstm(x)[0])


def expect(name, model):
    x = draw(5, 2, 3)
    with torch.no_grad():
        y = model.double()(x.double()).numpy()
    save_arrays({"x": x.numpy(), "head.f64": np.ascontiguousarray(y)}, str(expected / (name + ".safetensors")))


class Kilograms(torch.Tensor):
    """A class that may give its data any meaning."""


state = dict(settle(Model()).state_dict())
bias = state["head.bias"]

for name, value in {
    "numpy": bias.numpy(),
    "numpy-number": np.float64(0.5),
    "list": bias.tolist(),
    "tuple": tuple(bias.tolist()),
    "float": 0.5,
    "text": "0.5",
    "quantized": torch.quantize_per_tensor(bias, 0.01, 0, torch.qint8),
    "sparse": bias.to_sparse(),
    "nested": torch.nested.nested_tensor([bias, bias]),
    "meta": bias.to("meta"),
    "storage": bias.untyped_storage(),
    "complex": bias.to(torch.complex64),
    "conjugate": bias.to(torch.complex64).conj(),
    "float8": bias.to(torch.float8_e4m3fn),
    "float8-other": bias.to(torch.float8_e4m3fnuz),
    "whole": bias.long(),
    "class": bias.as_subclass(Kilograms),
}.items():
    torch.save(state | {"head.bias": value}, refused / f"bias-{name}.pt")
# In a dictionary of its own, which has no other, and beside one that is whole.
torch.save({"epoch": 3, "model": state | {"head.bias": bias.numpy()}}, refused / "bias-numpy-inside.pt")
torch.save({"body": {k: v for k, v in state.items() if k.startswith("lstm")},
            "head": {"weight": state["head.weight"], "bias": bias.numpy()}}, refused / "split.pt")
torch.save(state | {"head.bias": {"value": bias}}, refused / "nested-bias.pt")
torch.save(state | {"lstm.weight_ih_l1": None}, refused / "weight-none.pt")
arrays = {k: v.numpy() for k, v in state.items()}
for name, dtype in {"long-double": np.longdouble, "complex": np.complex64, "object": object, "whole": np.int32,
                    "boolean": bool, "text": str, "structured": [("value", "<f4")]}.items():
    np.savez(refused / f"bias-{name}.npz", **(arrays | {"head.bias": arrays["head.bias"].astype(dtype)}))
for name, value in {"float8": bias.to(torch.float8_e5m2), "whole": bias.long(), "boolean": bias > 0,
                    "complex": bias.to(torch.complex64)}.items():
    save_file(state | {"head.bias": value}, refused / f"bias-{name}.safetensors")

# The imaginary part of a conjugate is a view of the storage with the other sign.
negated = Model()
negated.load_state_dict({k: torch.complex(draw(*v.shape), v * 0.6).conj().imag for k, v in state.items()})
values = dict(negated.state_dict())
torch.save({k: torch.complex(draw(*v.shape), -v).conj().imag for k, v in values.items()}, recognised / "negated.pt")
expect("negated.pt", negated)

plain = settle(Model(bias=False))
torch.save(dict(plain.state_dict()) | {"head.bias": None, "epoch": 3, "sizes": [3, 4], "rate": 0.1, "note": "x"},
           recognised / "bias-none.pt")
expect("bias-none.pt", plain)

torch.save({"model": settle(Model()).state_dict(), "mean": draw(3), "std": np.ones(3)}, recognised / "statistics.pt")

gaps = settle(nn.ModuleDict({
    "net": nn.Sequential(nn.Tanh(), nn.Linear(3, 4), nn.ReLU(), nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))),
    "rnn": nn.Sequential(nn.LSTM(3, 4)),
    "head": nn.Sequential(nn.Dropout(), nn.Linear(4, 6), nn.ReLU(), nn.Dropout(), nn.Linear(6, 2), nn.Softmax(-1)),
}))
torch.save(gaps.state_dict(), recognised / "gaps.pt")

print("Python", platform.python_version(), "PyTorch", torch.__version__, "NumPy", np.__version__,
      "safetensors", safetensors.__version__)
