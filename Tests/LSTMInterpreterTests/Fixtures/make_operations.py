# SPDX-License-Identifier: Apache-2.0
"""Writes operations.safetensors: what PyTorch gives for x, and for `edges`, by operation.

NAME is the float32 result, NAME.f64 the float64 one, NAME.edges the float32 one of `edges`. Made with PyTorch 2.13.0 and
safetensors 0.8 on a machine with AVX-512; other versions may round otherwise.
"""
import math
import pathlib

import torch
from safetensors.torch import save_file

torch.manual_seed(1)
nn, f = torch.nn, torch.nn.functional
x = torch.cat([torch.linspace(-9, 9, 192), torch.randn(64), 0.05 * torch.randn(64), 40 * torch.randn(48),
               torch.tensor([-3, 3, 0.5, -0.5, 6, 20, 20.5, -20, -17.5, 1e-8, -1e-8, 1e-30, -1e-30, 8, -8, 1e-3])])
other = torch.randn(384)
weight, bias, std = torch.randn(16), torch.randn(16), torch.rand(16) + 0.25
inf, nan = math.inf, math.nan
edges = torch.tensor([0.0, -0.0, inf, -inf, nan, 3e38, -3e38, 1e-40, -1e-40, -3, 3, 6, 1, -1, -104, 104])

pointwise = {
    "leaky_relu": nn.LeakyReLU(), "leaky_relu 0.2": nn.LeakyReLU(0.2), "elu": nn.ELU(), "elu 0.5": nn.ELU(0.5),
    "selu": nn.SELU(), "silu": nn.SiLU(), "softplus": nn.Softplus(), "softplus 2.5 5": nn.Softplus(2.5, 5),
    "softsign": nn.Softsign(), "hardtanh": nn.Hardtanh(), "hardtanh -0.5 2": nn.Hardtanh(-0.5, 2), "relu6": nn.ReLU6(),
    "hardsigmoid": nn.Hardsigmoid(), "hardswish": nn.Hardswish(), "mish": nn.Mish(), "abs": torch.abs,
    "square": torch.square, "sqrt": torch.sqrt, "exp": torch.exp, "log": torch.log, "negative": torch.negative, "reciprocal": torch.reciprocal,
}
rows = {
    "prelu": lambda x: f.prelu(x, weight.to(x.dtype)), "prelu 1": lambda x: f.prelu(x, weight[:1].to(x.dtype)),
    "scale": lambda x: x * weight.to(x.dtype) + bias.to(x.dtype),
    "standardize": lambda x: (x - bias.to(x.dtype)) / std.to(x.dtype),
}
combine = {"add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "maximum": torch.maximum}

tensors = {"x": x, "other": other, "edges": edges, "weight": weight, "bias": bias, "std": std}
for name, function in pointwise.items():
    tensors |= {name: function(x), f"{name}.f64": function(x.double()), f"{name}.edges": function(edges)}
for name, function in rows.items():
    shaped = x.reshape(-1, 16)
    tensors |= {name: function(shaped), f"{name}.f64": function(shaped.double())}
    tensors[f"{name}.edges"] = function(edges.reshape(-1, 16))
# Every edge with every other one.
left, right = edges.repeat_interleave(16), edges.repeat(16)
for name, function in combine.items():
    tensors |= {name: function(x, other), f"{name}.f64": function(x.double(), other.double())}
    tensors[f"{name}.edges"] = function(left, right)
# Rows of 16 with equal values, infinities and NaN at random places.
tensors["argmax.x"] = torch.tensor([0.0, -0.0, 1, 1, 2, inf, -inf, nan])[
    torch.multinomial(torch.tensor([4.0, 4, 4, 4, 4, 1, 4, 0.5]), 64 * 16, replacement=True)].reshape(64, 16)
tensors["argmax"] = tensors["argmax.x"].argmax(-1).to(torch.int32)
save_file({name: tensor.contiguous() for name, tensor in tensors.items()},
          pathlib.Path(__file__).parent / "operations.safetensors")
