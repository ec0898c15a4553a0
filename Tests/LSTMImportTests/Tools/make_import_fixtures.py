# SPDX-License-Identifier: Apache-2.0
"""Writes the files that the import tests read, into Fixtures beside this folder.

Recognised/ has what must become a spec, Refused/ what must not, Expected/ inputs and float64 results for the first:
PyTorch's own modules in float64, and for the .nam and RTNeural files the equations of their readers
(NeuralAmpModelerCore's NAM/lstm.cpp at daae2d0, RTNeural's model_loader.h and lstm.tpp at 1fb1f07), written out here.

Made with Python 3.11, PyTorch 2.15.0, NumPy 2.4.6 and safetensors 0.8.0 (the line printed at the end); torch.save's bytes
differ a little from version to version.
"""
import json
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
for folder in [recognised, refused, expected]:
    folder.mkdir(parents=True, exist_ok=True)
generator = torch.Generator().manual_seed(7)


def draw(*shape):
    return torch.rand(shape, generator=generator) * 2 - 1


def settle(module, scale=0.6):
    """Every parameter from this script's own generator."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(draw(*parameter.shape) * scale)
    return module.eval()


def expect(name, x, **results):
    """The inputs in float32 and the results, from the same float32 weights, in float64."""
    tensors = {"x": np.ascontiguousarray(np.asarray(x))}
    tensors |= {key + ".f64": np.ascontiguousarray(np.asarray(value, dtype=np.float64)) for key, value in results.items()}
    save_arrays(tensors, str(expected / (name + ".safetensors")))


def double(module, x):
    with torch.no_grad():
        return module.double()(x.double() if x.is_floating_point() else x).numpy()


class Speech(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(6, 4, num_layers=2, bidirectional=True)
        self.norm = nn.LayerNorm(8)
        self.output = nn.Linear(8, 3)

    def forward(self, x):
        return self.output(self.norm(self.rnn(x)[0]))


class Tagger(nn.Module):
    """The names of PyTorch's word_language_model example: only sizes say that `encoder` is an embedding."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Embedding(11, 3)
        self.rnn = nn.LSTM(3, 5, bias=False, proj_size=2)
        self.decoder = nn.Linear(2, 11, bias=False)

    def forward(self, x):
        return self.decoder(self.rnn(self.encoder(x))[0])


class FirstState(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(2, 4)
        self.h0 = nn.Parameter(torch.zeros(1, 1, 4))
        self.c0 = nn.Parameter(torch.zeros(1, 1, 4))
        self.fc1 = nn.Linear(4, 4)
        self.fc2 = nn.Linear(4, 2)

    def forward(self, x):
        state = tuple(part.expand(-1, x.shape[1], -1).contiguous() for part in [self.h0, self.c0])
        return self.fc2(self.fc1(self.lstm(x, state)[0]))


def pytorch():
    model = settle(Speech())
    state = model.state_dict()
    torch.save(state, recognised / "speech-model.pt")
    save_file(state, recognised / "speech-model.safetensors")
    np.savez(recognised / "speech-model.npz", **{name: tensor.numpy() for name, tensor in state.items()})
    np.savez_compressed(
        recognised / "speech-deflated.npz", **{name: tensor.numpy() for name, tensor in state.items()})
    # What compresses far better than a factor of four, and what opened takes all memory.
    zeros = {"weight_ih_l0": (256, 16), "weight_hh_l0": (256, 64), "bias_ih_l0": (256,), "bias_hh_l0": (256,)}
    zeros = {f"lstm.{name}": np.zeros(shape, np.float32) for name, shape in zeros.items()}
    np.savez_compressed(recognised / "zeros-deflated.npz", **zeros)
    zeros = {"weight_ih_l0": (1 << 18, 16), "weight_hh_l0": (1 << 18, 64)}
    zeros = {f"lstm.{name}": np.zeros(shape, np.float32) for name, shape in zeros.items()}
    np.savez_compressed(refused / "bomb.npz", **zeros)
    with open(recognised / "speech-state.json", "w") as file:
        json.dump({name: tensor.tolist() for name, tensor in state.items()}, file)
    x = draw(7, 3, 6)
    results = double(model, x)
    files = ["speech-model.pt", "speech-model.safetensors", "speech-model.npz", "speech-deflated.npz", "speech-state.json"]
    for name in files:
        expect(name, x, outputLayer=results)

    model = settle(Tagger())
    torch.save({"epoch": 3, "net": {"module." + k: v for k, v in model.state_dict().items()}}, recognised / "tagger.pt")
    ids = torch.randint(0, 11, (9, 2), generator=generator)
    expect("tagger.pt", ids, decoder=double(model, ids))

    model = settle(FirstState())
    save_file({"model." + k: v for k, v in model.state_dict().items()}, recognised / "first-state.safetensors")
    x = draw(6, 2, 2)
    expect("first-state.safetensors", x, fc2=double(model, x))

    cell = settle(nn.LSTMCell(3, 4))
    torch.save(cell.state_dict(), recognised / "cell.pth")
    x, h, c, steps = draw(5, 2, 3), torch.zeros(2, 4).double(), torch.zeros(2, 4).double(), []
    cell.double()
    with torch.no_grad():
        for step in x.double():
            h, c = cell(step, (h, c))
            steps.append(h)
    expect("cell.pth", x, output=torch.stack(steps), h_n=h[None], c_n=c[None])

    # Sequential's numbers, and an order that the sizes do not settle.
    stack = settle(nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4), nn.Linear(4, 4)))
    lstm = settle(nn.LSTM(4, 4))
    state = {"lstm." + k: v for k, v in lstm.state_dict().items()} | {"net." + k: v for k, v in stack.state_dict().items()}
    torch.save(state, recognised / "in-file-order.pt")
    save_file(state, recognised / "guessed-order.safetensors")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def f32(*shape, scale=0.6):
    return (draw(*shape) * scale).numpy()


def cell_step(w, b, xh, c):
    """Gates i, f, g (Keras: c), o of one matrix over (x, h)."""
    i, f, g, o = np.split(w @ xh + b, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def numbers(array):
    return np.asarray(array, dtype=np.float64).tolist()


def nam(input_size, hidden, layers, file_name, **metadata):
    cells, weights = [], []
    for layer in range(layers):
        size = input_size if layer == 0 else hidden
        w, b, h, c = f32(4 * hidden, size + hidden), f32(4 * hidden), f32(hidden), f32(hidden)
        cells.append([w.astype(np.float64), b.astype(np.float64), h.astype(np.float64), c.astype(np.float64)])
        weights += [w.ravel(), b, h, c]
    head, bias = f32(1, hidden), f32(1)
    weights += [head.ravel(), bias]
    x = f32(2, 12, input_size, scale=1)
    results = []
    for row in x.astype(np.float64):
        state = [cell[2:] for cell in cells]
        steps = []
        for sample in row:
            for layer, (w, b, _, _) in enumerate(cells):
                state[layer] = cell_step(w, b, np.concatenate([sample, state[layer][0]]), state[layer][1])
                sample = state[layer][0]
            steps.append(head.astype(np.float64) @ sample + bias.astype(np.float64))
        results.append(steps)
    config = {"input_size": input_size, "hidden_size": hidden, "num_layers": layers}
    content = {"version": "0.5.4", "metadata": metadata, "architecture": "LSTM", "config": config}
    content["weights"] = numbers(np.concatenate(weights))
    if "name" in metadata:
        content["sample_rate"] = 48000
    with open(recognised / file_name, "w") as file:
        json.dump(content, file)
    expect(file_name, x, head=np.array(results))


def keras_lstm(units, size):
    return {"type": "lstm", "activation": "tanh", "shape": [None, None, units],
            "weights": [numbers(f32(size, 4 * units)), numbers(f32(units, 4 * units)), numbers(f32(4 * units))]}


def keras_dense(units, size, activation="", kind="dense"):
    return {"type": kind, "activation": activation, "shape": [None, None, units],
            "weights": [numbers(f32(size, units)), numbers(f32(units))]}


def rtneural_results(layers, x, in_gain=0.0, out_gain=0.0):
    functions = {"": lambda v: v, "tanh": np.tanh, "relu": lambda v: np.maximum(v, 0), "sigmoid": sigmoid,
                 "softmax": lambda v: np.exp(v) / np.exp(v).sum()}
    results = []
    for row in x.astype(np.float64):
        states = {i: (0.0, 0.0) for i in range(len(layers))}
        steps = []
        for value in row:
            value = value.copy()
            value[0] *= 10 ** (in_gain / 20)
            for i, layer in enumerate(layers):
                weights = [np.array(w) for w in layer.get("weights", [])]
                if layer["type"] == "lstm":
                    h, c = (np.broadcast_to(s, layer["shape"][-1]) for s in states[i])
                    w = np.concatenate([weights[0], weights[1]]).T
                    value, c = cell_step(w, weights[2], np.concatenate([value, h]), c)
                    states[i] = (value, c)
                    continue
                if "dense" in layer["type"]:
                    value = value @ weights[0] + weights[1]
                value = functions[layer["activation"]](value)
            steps.append(value * 10 ** (out_gain / 20))
        results.append(steps)
    return np.array(results)


def rtneural():
    layers = [keras_dense(4, 2, "tanh", "time-distributed-dense"), keras_lstm(3, 4), keras_lstm(5, 3),
              {"type": "activation", "activation": "relu", "shape": [None, None, 5], "weights": []},
              keras_dense(3, 5, "softmax")]
    with open(recognised / "rtneural.json", "w") as file:
        json.dump({"in_shape": [None, None, 2], "layers": layers}, file, indent=1)
    x = f32(2, 10, 2, scale=1)
    expect("rtneural.json", x, softmax=rtneural_results(layers, x))

    layers = [keras_lstm(6, 1), keras_dense(1, 6)]
    layers[0]["activation"] = ""
    content = {"in_shape": [None, None, 1], "in_skip": 0, "in_gain": -6.0, "out_gain": 3.5, "layers": layers,
               "input_batch": [0.5], "output_batch": [0.25], "metadata": {"name": "Blues", "samplerate": "48000"}}
    with open(recognised / "aida.json", "w") as file:
        json.dump(content, file)
    x = f32(1, 20, 1, scale=1)
    expect("aida.json", x, dense=rtneural_results(layers, x, -6.0, 3.5))

    with open(recognised / "aida-skip.json", "w") as file:
        json.dump(content | {"in_skip": 1, "in_gain": 0, "out_gain": 0}, file)
    expect("aida-skip.json", x, out=rtneural_results(layers, x) + x)
    with open(refused / "aida-gain.json", "w") as file:
        json.dump(content | {"in_skip": 1}, file)
    for name, layer in {
        "gru": {"type": "gru", "activation": "", "shape": [None, None, 2], "weights": []},
        "conv": {"type": "conv1d", "activation": "", "shape": [None, None, 2], "kernel_size": [3], "weights": []},
        "prelu": {"type": "prelu", "activation": "", "shape": [None, None, 1], "weights": [[[0.5]]]},
        "elu": {"type": "activation", "activation": "elu", "shape": [None, None, 1], "weights": []},
        "relu-lstm": keras_lstm(2, 1) | {"activation": "relu"},
        "short": keras_lstm(2, 3),
    }.items():
        with open(refused / f"rtneural-{name}.json", "w") as file:
            json.dump({"in_shape": [None, None, 1], "layers": [layer]}, file)


class SimpleRNN(nn.Module):
    """CoreAudioML's: what GuitarML's Proteus trains."""

    def __init__(self, kind=nn.LSTM):
        super().__init__()
        self.rec = kind(2, 4)
        self.lin = nn.Linear(4, 1)

    def forward(self, x):
        return self.lin(self.rec(x)[0])


def proteus(folder, name, skip, kind="LSTM"):
    model = settle(SimpleRNN(getattr(nn, kind)))
    settings = {"model": "SimpleRNN", "input_size": 2, "skip": skip, "output_size": 1, "unit_type": kind,
                "num_layers": 1, "hidden_size": 4, "bias_fl": True}
    state = {key: tensor.tolist() for key, tensor in model.state_dict().items()}
    with open(folder / name, "w") as file:
        json.dump({"model_data": settings, "state_dict": state}, file)
    return model


def refusals():
    def save(name, **modules):
        torch.save(settle(nn.ModuleDict(modules)).state_dict(), refused / name)

    save("no-lstm.pt", fc=nn.Linear(4, 2))
    save("many.pt", conv=nn.Conv1d(3, 4, 3), image=nn.Conv2d(3, 4, 3), bn=nn.BatchNorm1d(4), lstm=nn.LSTM(4, 4),
         attention=nn.MultiheadAttention(4, 2), act=nn.PReLU(), bilinear=nn.Bilinear(2, 2, 2))
    save("branches.pt", left=nn.LSTM(3, 4), right=nn.LSTM(5, 4), fc=nn.Linear(8, 2))
    save("one-direction.pt", lstm=nn.LSTM(3, 4, bidirectional=True), fc=nn.Linear(4, 2))
    save("two-embeddings.pt", emb_a=nn.Embedding(5, 3), emb_b=nn.Embedding(7, 3), lstm=nn.LSTM(3, 4))
    lstm = settle(nn.LSTM(3, 4, num_layers=2, bidirectional=True)).state_dict()
    torch.save({k: v for k, v in lstm.items() if k != "weight_hh_l1_reverse"}, refused / "half.pt")
    torch.save(lstm | {"weight_ih_l3": draw(16, 8)}, refused / "gap.pt")
    torch.save(lstm | {"h0": draw(3, 4)}, refused / "one-state.pt")
    torch.save(lstm | {"weight_hh_l0": draw(16, 5)}, refused / "odd-sizes.pt")
    torch.save({"a": lstm, "b": dict(lstm)}, refused / "two-dictionaries.pt")
    torch.save(lstm | {"weight_ih_l0": torch.full((16, 3), float("nan"))}, refused / "not-finite.pt")
    torch.save({"big." + k: torch.zeros(1).expand(v.shape[0] * 2000, *[s * 2000 for s in v.shape[1:]])
                for k, v in nn.LSTM(2, 1).state_dict().items()}, refused / "amplified.pt")
    with open(refused / "wavenet.nam", "w") as file:
        json.dump({"version": "0.5.4", "architecture": "WaveNet", "config": {}, "weights": []}, file)
    with open(recognised / "amp.nam") as file:
        content = json.load(file)
    for name, change in {
        "old": {"version": "0.4.9"}, "new": {"version": "1.0.0"}, "short": {"weights": content["weights"][1:]},
        "setting": {"config": content["config"] | {"bidirectional": True}},
        "channels": {"config": content["config"] | {"in_channels": 2}},
    }.items():
        with open(refused / f"nam-{name}.nam", "w") as file:
            json.dump(content | change, file)
    (refused / "other.json").write_text('{"hello": 1}\n')
    (refused / "python.json").write_text('{"in_shape": [null, 1],\n "layers": [NaN]}\n')


pytorch()
nam(1, 3, 2, "amp.nam", name="Test amp", modeled_by="Somebody", loudness=-18.5)
nam(2, 4, 1, "knob.nam")
rtneural()
model = proteus(recognised, "proteus.json", 0)
x = draw(8, 2, 2)
expect("proteus.json", x, lin=double(model, x))
proteus(recognised, "proteus-gru.json", 0, "GRU")
model = proteus(recognised, "proteus-skip.json", 1)
expect("proteus-skip.json", x, out=double(model, x) + x[..., :1].double().numpy())
refusals()
for file in fixtures.rglob("*.*"):
    file.chmod(0o644)
print("Python", platform.python_version(), "PyTorch", torch.__version__, "NumPy", np.__version__, "safetensors", safetensors.__version__)
