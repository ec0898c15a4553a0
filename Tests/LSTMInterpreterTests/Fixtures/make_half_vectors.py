# SPDX-License-Identifier: Apache-2.0
"""Writes half-vectors.safetensors: a model's float32 weights, x, and what PyTorch gives for it with its matrices rounded
by .half() or .bfloat16(), in float32 and in float64. Biases stay as they are. Needs torch and safetensors."""

import copy
import pathlib

import torch
from safetensors.torch import save_file

torch.manual_seed(7)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv1d(5, 12, 3, padding=2)
        self.lstm = torch.nn.LSTM(12, 21, num_layers=2, bidirectional=True, proj_size=9)
        self.gru = torch.nn.GRU(18, 17)
        self.rnn = torch.nn.RNN(17, 33)
        self.head = torch.nn.Linear(33, 40)

    def forward(self, x):
        y = self.conv(x.permute(1, 2, 0))[..., :-2].permute(2, 0, 1)
        return self.head(self.rnn(self.gru(self.lstm(y)[0])[0])[0])


model = Model().eval()
with torch.no_grad():
    # Some are subnormal as float16.
    for parameter in model.parameters():
        parameter.view(-1)[::7] *= 1e-5
x = torch.randn(11, 3, 5)
tensors = {"x": x, **{name: value.clone() for name, value in model.state_dict().items()}}
with torch.no_grad():
    for name, kind in [("float16", torch.float16), ("bfloat16", torch.bfloat16)]:
        rounded = copy.deepcopy(model)
        for parameter in rounded.parameters():
            if parameter.dim() > 1:
                parameter.copy_(parameter.to(kind).float())
        tensors[f"head.{name}"] = rounded(x).contiguous()
        tensors[f"head.{name}.f64"] = copy.deepcopy(rounded).double()(x.double()).contiguous()
save_file(tensors, pathlib.Path(__file__).with_name("half-vectors.safetensors"))
