# SPDX-License-Identifier: Apache-2.0
"""Writes gelu.safetensors: x, and what torch.nn.GELU gives for it in both forms, in float32 and (NAME.f64) in float64.

Made with PyTorch 2.13.0 and safetensors 0.8; other versions may round otherwise.
"""
import pathlib

import torch
from safetensors.torch import save_file

torch.manual_seed(1)
x = torch.cat([torch.linspace(-8, 8, 768), 0.1 * torch.randn(128), torch.tensor([-1e-8, 0.0, 1e-30, 30.0] * 32)]).reshape(64, 16)
tensors = {"x": x}
for form in ["none", "tanh"]:
    gelu = torch.nn.GELU(form)
    tensors |= {form: gelu(x), f"{form}.f64": gelu(x.double())}
save_file(tensors, pathlib.Path(__file__).parent / "gelu.safetensors")
