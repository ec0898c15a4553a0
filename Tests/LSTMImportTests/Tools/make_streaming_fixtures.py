# SPDX-License-Identifier: Apache-2.0
"""Writes small models of the shapes that streaming models and segmenters are published in, and what each must give.

LSTM cells whose state is an input and an output, as torch.export writes them out gate by gate; paddings whose sizes an
exporter computes; an If on an integer that is an input; and ICU's segmenters' JSON. Into ../Fixtures; results are PyTorch's in
float64. Made with PyTorch 2.15.0, onnx 1.23.2 and onnxscript 0.7.2.
"""
import json
import os
import pathlib
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from torch import nn

warnings.filterwarnings("ignore")
os.chdir(pathlib.Path(__file__).parent.parent / "Fixtures")


def settle(module, seed):
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.empty_like(parameter).uniform_(-0.8, 0.8))
    return module.eval()


def expect(name, x, **results):
    tensors = {"x": np.ascontiguousarray(x.numpy())}
    tensors |= {key + ".f64": np.ascontiguousarray(value.detach().double().numpy()) for key, value in results.items()}
    save_file(tensors, f"Expected/{name}.safetensors")


class Cells(nn.Module):
    """Two cells, one on the other, with all four states in one tensor, and a head on every step."""

    def __init__(self, bias=True):
        super().__init__()
        self.first, self.second = nn.LSTMCell(3, 4, bias), nn.LSTMCell(4, 4, bias)
        self.head = nn.Linear(4, 5)

    def forward(self, x, state):
        h0, c0 = self.first(x, (state[0], state[1]))
        h1, c1 = self.second(h0, (state[2], state[3]))
        return torch.sigmoid(self.head(torch.relu(h1))), torch.stack([h0, c0, h1, c1])


class Padded(nn.Module):
    """Every padding that a convolution over time can stand behind."""

    def __init__(self):
        super().__init__()
        self.reflect, self.edge = nn.ReflectionPad1d((2, 1)), nn.ReplicationPad1d((1, 2))
        self.zero = nn.ZeroPad1d((3, 0))
        self.conv = nn.Conv1d(3, 4, 4)
        self.same = nn.Conv1d(4, 4, 4, padding="same")
        self.mirrored = nn.Conv1d(4, 3, 3, padding=1, padding_mode="reflect")
        self.lstm = nn.LSTM(3, 4, batch_first=True)
        self.head = nn.Linear(4, 5)

    def forward(self, x):
        y = self.zero(self.edge(self.conv(self.reflect(x.transpose(1, 2)))))
        y = self.mirrored(torch.relu(self.same(y)))
        return self.head(self.lstm(y.transpose(1, 2))[0])


for bias in [True, False]:
    name = "cells" if bias else "cells-no-bias"
    model = settle(Cells(bias), 3)
    x, state = torch.randn(2, 3), torch.zeros(4, 2, 4)
    names = dict(input_names=["x", "state"], output_names=["y", "next"])
    torch.onnx.export(model, (x, state), f"Recognised/{name}-script.onnx", dynamo=False, **names)
    torch.onnx.export(
        model, (x, state), f"Recognised/{name}-dynamo.onnx", dynamo=True, external_data=False, verbose=False, **names)
    steps, state, results = torch.randn(2, 6, 3), state.double(), []
    model.double()
    for step in range(6):
        y, state = model(steps[:, step].double(), state)
        results.append(y)
    for exporter in ["script", "dynamo"]:
        states = {key: value[None] for key, value in zip(["first.h_n", "first.c_n", "second.h_n", "second.c_n"], state)}
        expect(f"{name}-{exporter}.onnx", steps, sigmoid=torch.stack(results, 1), **states)

model = settle(Padded(), 4)
x = torch.randn(2, 9, 3)
torch.onnx.export(
    model, (x,), "Recognised/padded-script.onnx", dynamo=False, input_names=["x"],
    dynamic_axes={"x": {0: "batch", 1: "time"}})
torch.onnx.export(
    model, (x,), "Recognised/padded-dynamo.onnx", dynamo=True, external_data=False, verbose=False, input_names=["x"])
y = model.double()(x.double())
for exporter in ["script", "dynamo"]:
    expect(f"padded-{exporter}.onnx", x, head=y)


def rate():
    """An If on an integer that is an input; its two branches have heads of 5 and of 3."""
    rng = np.random.default_rng(5)
    draw = lambda *shape: rng.uniform(-0.8, 0.8, shape).astype(np.float32)
    weights = {"W": draw(1, 16, 3), "R": draw(1, 16, 4), "B": draw(1, 32), "wide": draw(4, 5), "narrow": draw(4, 3),
               "rate": np.int64(16000), "one": np.array([1], np.int64)}
    info = lambda name, shape, kind=TensorProto.FLOAT: helper.make_tensor_value_info(name, kind, shape)
    branch = lambda name: helper.make_graph(
        [helper.make_node("MatMul", ["h", name], [name + " y"])], name, [], [info(name + " y", None)])
    nodes = [
        helper.make_node("LSTM", ["x", "W", "R", "B"], ["Y"], "lstm", hidden_size=4),
        helper.make_node("Squeeze", ["Y", "one"], ["h"], "squeeze"),
        helper.make_node("Equal", ["sr", "rate"], ["is"], "equal"),
        helper.make_node("If", ["is"], ["y"], "if", then_branch=branch("wide"), else_branch=branch("narrow")),
    ]
    graph = helper.make_graph(
        nodes, "rate", [info("x", ["time", "batch", 3]), info("sr", [], TensorProto.INT64)],
        [info("y", None)], [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), "Refused/rate.onnx")


rate()


def segmenter():
    words = ["k", "a", "ka", "\u0e01\u0e33", "\u0e01", " "]
    torch.manual_seed(6)
    draw = lambda *shape: torch.empty(shape).uniform_(-0.8, 0.8)
    units, size = 4, 3
    matrices = [draw(len(words) + 1, size)]
    for _ in range(2):
        matrices += [draw(size, 4 * units), draw(units, 4 * units), draw(4 * units)]
    matrices += [draw(2 * units, 4), draw(4)]
    file = {"model": "Test_graphclust_model1", "dic": {word: index for index, word in enumerate(words)}}
    for index, matrix in enumerate(matrices):
        file[f"mat{index + 1}"] = {"v": 1, "dim": list(matrix.shape), "data": [float(v) for v in matrix.flatten()]}
    pathlib.Path("Recognised/segmenter.json").write_text(json.dumps(file))
    short = file | {"dic": {word: index for index, word in enumerate(words[1:])}}
    pathlib.Path("Refused/segmenter-dictionary.json").write_text(json.dumps(short))
    turned = file | {"mat8": file["mat8"] | {"dim": [4, 2 * units]}}
    pathlib.Path("Refused/segmenter-matrix.json").write_text(json.dumps(turned))
    lstm = nn.LSTM(size, units, batch_first=True, bidirectional=True).double()
    state = lstm.state_dict()
    for start, ending in [(1, ""), (4, "_reverse")]:
        state["weight_ih_l0" + ending] = matrices[start].T.double()
        state["weight_hh_l0" + ending] = matrices[start + 1].T.double()
        state["bias_ih_l0" + ending] = matrices[start + 2].double()
        state["bias_hh_l0" + ending] = torch.zeros(4 * units).double()
    lstm.load_state_dict(state)
    tokens = torch.tensor([[1, 5, 0, 2, 6], [6, 3, 3, 4, 0]])
    y = lstm(matrices[0].double()[tokens])[0] @ matrices[7].double() + matrices[8].double()
    expect("segmenter.json", tokens, probabilities=torch.softmax(y, -1))


segmenter()
