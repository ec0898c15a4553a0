#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Writes the fixtures of grus: Fixtures/Recognised and, with results in float64, Fixtures/Expected.
#
#     python3 Tests/LSTMImportTests/Tools/make_gru_fixtures.py     needs torch, numpy, safetensors
import json, pathlib
import numpy as np, torch
from safetensors.numpy import save_file
from torch import nn

fixtures = pathlib.Path(__file__).parent.parent / "Fixtures"
generator = torch.Generator().manual_seed(41)


def draw(*shape, scale=0.6):
    return torch.randn(*shape, generator=generator) * scale


def expect(name, x, key, result):
    save_file({"x": np.ascontiguousarray(x), key + ".f64": np.ascontiguousarray(result)},
              fixtures / "Expected" / (name + ".safetensors"))


class SimpleRNN(nn.Module):
    """CoreAudioML's, with a GRU."""

    def __init__(self):
        super().__init__()
        self.rec, self.lin = nn.GRU(1, 6), nn.Linear(6, 1)


def proteus():
    model = SimpleRNN()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(draw(*parameter.shape))
    settings = {"model": "SimpleRNN", "input_size": 1, "skip": 1, "output_size": 1, "unit_type": "GRU", "num_layers": 1,
                "hidden_size": 6, "bias_fl": True}
    state = {key: tensor.tolist() for key, tensor in model.state_dict().items()}
    text = json.dumps({"model_data": settings, "state_dict": state})
    (fixtures / "Recognised/proteus-gru-skip.json").write_text(text)
    settings["unit_type"] = "LSTM"
    (fixtures / "Refused/proteus-units.json").write_text(json.dumps({"model_data": settings, "state_dict": state}))
    x = draw(12, 2, 1, scale=1)
    with torch.no_grad():
        model = model.double()
        result = model.lin(model.rec(x.double())[0]) + x.double()
    expect("proteus-gru-skip.json", x.numpy(), "out", result.numpy())


def keras_gru(weights, x, after):
    """Keras's equations; gates z, r, h."""
    sigmoid = lambda v: 1 / (1 + np.exp(-v))
    kernel, recurrent, bias = weights
    units = recurrent.shape[0]
    h, results = np.zeros(units), []
    for value in x:
        inputs = value @ kernel + (bias[0] if after else bias)
        hidden = h @ recurrent + (bias[1] if after else 0)
        z, r = np.split(sigmoid(inputs[: 2 * units] + hidden[: 2 * units]), 2)
        last = r * hidden[2 * units :] if after else (r * h) @ recurrent[:, 2 * units :]
        h = z * h + (1 - z) * np.tanh(inputs[2 * units :] + last)
        results.append(h)
    return np.array(results)


def rtneural(name, after):
    draw64 = lambda *shape: draw(*shape).numpy().astype(np.float64)
    gru = [draw64(1, 15), draw64(5, 15), draw64(2, 15) if after else draw64(15)]
    dense = [draw64(5, 1), draw64(1)]
    layers = [{"type": "gru", "activation": "tanh", "shape": [None, None, 5], "weights": [w.tolist() for w in gru]},
              {"type": "dense", "activation": "", "shape": [None, None, 1], "weights": [w.tolist() for w in dense]}]
    (fixtures / "Recognised" / name).write_text(json.dumps({"in_shape": [None, None, 1], "layers": layers}))
    x = draw(2, 10, 1, scale=1).numpy()
    expect(name, x, "dense", np.array([keras_gru(gru, row, after) @ dense[0] + dense[1] for row in x.astype(np.float64)]))


proteus()
rtneural("rtneural-gru-after.json", True)
rtneural("rtneural-gru-before.json", False)
