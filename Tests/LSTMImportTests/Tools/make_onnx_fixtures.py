# SPDX-License-Identifier: Apache-2.0
"""Writes the ONNX files that the tests import, and what each must give, into ../Fixtures.

Made with Python 3.11, PyTorch 2.15.0 (one-unit and gelu: 2.13.0), onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.32.0 and safetensors 0.8; other
versions write other files. NAME-script is by the TorchScript exporter, NAME-dynamo by the newer one. The results are
PyTorch's in float64, and checked against ONNX Runtime's here. The results of the files listed above `by_hand` are ONNX
Runtime's. Of those, tf2onnx 1.17.0 wrote tf-bidirectional and tf-dense; this script writes the files in `by_hand` and the
graphs below; the others are kept as an earlier version of it wrote them.
"""
import os
import pathlib
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from torch import nn

warnings.filterwarnings("ignore")
os.chdir(pathlib.Path(__file__).parent.parent / "Fixtures")


class Model(nn.Module):
    """An LSTM with what stands before and after it."""

    def __init__(self, inputs=3, hidden=4, layers=1, both=False, batch_first=True, bias=True, head=None, proj=0):
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden, layers, bias, batch_first, bidirectional=both, proj_size=proj)
        features = (proj or hidden) * (2 if both else 1)
        self.head = nn.Linear(features, head) if head else nn.Identity()
        self.time = 1 if batch_first else 0

    def forward(self, x):
        return self.head(self.lstm(x)[0])


class Other(Model):
    """The same with a GRU or an RNN."""

    def __init__(self, kind, both=False, **settings):
        super().__init__(both=both, head=5)
        self.lstm = kind(3, 4, 2, batch_first=True, bidirectional=both, **settings)


class OtherState(Other):
    def forward(self, x):
        y, h = self.lstm(x)
        return self.head(h[-1]), h


class States(Model):
    def forward(self, x):
        h = self.lstm(x)[1][0]
        return self.head(torch.cat([h[-2], h[-1]], -1) if self.lstm.bidirectional else h[-1])


class TurnedStates(Model):
    def forward(self, x):
        h = self.lstm(x)[1][0]
        return torch.sigmoid(h.transpose(0, 1).reshape(x.shape[0], -1))


class LastStep(Model):
    def forward(self, x):
        y = torch.relu(self.lstm(x)[0])
        return self.head(y[:, -1] if self.time else y[-1])


class ReverseOnly(Model):
    def forward(self, x):
        return self.head(torch.cat([self.lstm(x)[1][0][-1]] * 2, -1))


class Tokens(Model):
    def __init__(self):
        super().__init__(head=5)
        self.embedding = nn.Embedding(7, 3)

    def forward(self, x):
        return self.head(self.lstm(self.embedding(x))[0])


class Learned(Model):
    def __init__(self):
        super().__init__(layers=2, batch_first=False)
        self.h = nn.Parameter(torch.randn(2, 1, 4))
        self.c = nn.Parameter(torch.randn(2, 1, 4))

    def forward(self, x):
        n = x.shape[1]
        return self.lstm(x, (self.h.expand(-1, n, -1).contiguous(), self.c.expand(-1, n, -1).contiguous()))[0]


class Pooled(Model):
    def __init__(self):
        super().__init__(head=3)
        self.norm = nn.LayerNorm(4)
        nn.init.normal_(self.norm.weight)
        nn.init.normal_(self.norm.bias)

    def forward(self, x):
        y = torch.softmax(torch.tanh(self.head(self.norm(self.lstm(x)[0]))), -1)
        return nn.functional.normalize(y.mean(1), dim=-1)


class Voice(Model):
    """As speaker encoders end."""

    def __init__(self):
        super().__init__(layers=2)
        self.norm = nn.LayerNorm(4)

    def forward(self, x):
        return nn.functional.normalize(self.norm(self.lstm(x)[1][0][-1]))


class Voice2(Model):
    def forward(self, x):
        return nn.functional.normalize(self.lstm(x)[1][0][-1])


class Largest(Model):
    def forward(self, x):
        return torch.log_softmax(torch.relu(self.lstm(x)[0].max(1)[0]), 1)


class Everything(Model):
    def forward(self, x):
        y, (h, c) = self.lstm(x)
        return y, h, c


class Given(Model):
    def forward(self, x, h, c):
        y, (h, c) = self.lstm(x, (h, c))
        return y, h, c


class Two(Model):
    """LSTMs of different sizes, with a layer between them."""

    def __init__(self):
        super().__init__(head=3)
        self.second = nn.LSTM(5, 6, batch_first=True)
        self.between = nn.Linear(4, 5)
        self.head = nn.Linear(6, 2)

    def forward(self, x):
        return self.head(self.second(torch.tanh(self.between(self.lstm(x)[0])))[0])


class Gelu(Model):
    def __init__(self, form):
        super().__init__(head=5)
        self.act = nn.GELU(form)

    def forward(self, x):
        return self.act(self.head(nn.functional.gelu(self.lstm(x)[0], approximate=self.act.approximate)))


class Residual(Model):
    def forward(self, x):
        return self.lstm(x)[0] + x


def strip(model):
    """Nothing of the machine it was made on: where the model's source was stands in the nodes."""
    model.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
        kept = [(p.key, p.value) for p in node.metadata_props if p.key == "pkg.torch.onnx.name_scopes"]
        del node.metadata_props[:]
        for key, value in kept:
            node.metadata_props.add(key=key, value=value)
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer]:
        if hasattr(value, "metadata_props"):
            del value.metadata_props[:]
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:]
    onnx.checker.check_model(model)
    return model


def place(name):
    """The file's path: those that are refused have a name that says so, and a folder of their own."""
    return f"Refused/{name.removeprefix('refused-')}.onnx" if name.startswith("refused-") else f"Recognised/{name}.onnx"


def export(name, model, inputs, dynamo, dynamic=True, opset=None):
    inputs = tuple(inputs)
    names = ["x", "h", "c"][: len(inputs)]
    axes = [{0: "batch", 1: "time"}, {1: "batch"}, {1: "batch"}] if inputs[0].dim() > 2 or len(inputs) > 1 else [
        {0: "time"}]
    if inputs[0].dtype == torch.int64:
        axes = [{0: "batch", 1: "time"}]
    path = place(name)
    if dynamo:
        auto = torch.export.Dim.AUTO
        shapes = tuple({axis: auto for axis in of} for of in axes[: len(inputs)])
        torch.onnx.export(
            model, inputs, path, dynamo=True, verbose=False, input_names=names, external_data=False,
            dynamic_shapes=shapes if dynamic else None, opset_version=opset)
    else:
        torch.onnx.export(
            model, inputs, path, dynamo=False, input_names=names, opset_version=opset,
            dynamic_axes=dict(zip(names, axes)) if dynamic else None)
    onnx.save(strip(onnx.load(path)), path)


def runtime(name, inputs):
    session = onnxruntime.InferenceSession(place(name), providers=["CPUExecutionProvider"])
    wanted = [i.name for i in session.get_inputs()]
    return session.run(None, {key: inputs[key] for key in wanted})


def expect(name, arrays, results, names):
    """Results under the names that the spec's have."""
    for found, wanted in zip(runtime(name, arrays), results):
        assert found.shape == wanted.shape, (name, found.shape, wanted.shape)
        assert np.abs(found - wanted).max() < 1e-5, (name, np.abs(found - wanted).max())
    spec = {"x": "x", "h": "h0", "c": "c0", "lengths": "lengths"}
    tensors = {spec[key]: np.ascontiguousarray(value) for key, value in arrays.items()}
    tensors |= {f"{key}.f64": np.ascontiguousarray(value) for key, value in zip(names, results)}
    save_file(tensors, f"Expected/{name}.onnx.safetensors")


def case(name, make, inputs, names, exporters=("script", "dynamo"), dynamic=True, opset=None):
    torch.manual_seed(sum(name.encode()))
    model = make().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.empty_like(parameter).uniform_(-0.8, 0.8))
        doubles = [x.double() if x.is_floating_point() else x for x in inputs]
        results = model.double()(*doubles)
        model.float()
    results = [r.numpy() for r in (results if isinstance(results, tuple) else [results])]
    for exporter in exporters:
        export(f"{name}-{exporter}", model, inputs, exporter == "dynamo", dynamic, opset)
        arrays = dict(zip(["x", "h", "c"], [x.numpy() for x in inputs]))
        expect(f"{name}-{exporter}", arrays, results, names)


def refused(name, make, inputs, dynamo=False):
    torch.manual_seed(1)
    export(f"refused-{name}", make().eval(), inputs, dynamo)


torch.manual_seed(0)
batch = torch.randn(2, 6, 3)
case("two-layers-both-head", lambda: Model(layers=2, both=True, head=5), [batch], ["head"])
case("time-first", lambda: Model(layers=2, both=True, batch_first=False, head=5), [batch], ["head"])
case("unbatched", lambda: Model(head=5), [torch.randn(6, 3)], ["head"])
case("fixed", lambda: Model(layers=2, both=True, head=5), [torch.randn(1, 6, 3)], ["head"], dynamic=False)
case("states", lambda: States(layers=2, both=True, head=5), [batch], ["head"])
case("one-state", lambda: States(layers=2, head=5), [batch], ["head"])
case("turned-states", lambda: TurnedStates(both=True), [batch], ["sigmoid"])
case("last-step", lambda: LastStep(layers=2, head=5), [batch], ["head"])
case("last-step-time-first", lambda: LastStep(batch_first=False, head=5), [batch], ["head"])
case("tokens", Tokens, [torch.tensor([[1, 5, 0, 2], [6, 6, 3, 4]])], ["head"])
case("gru", lambda: Other(nn.GRU, both=True), [batch], ["head"])
case("gru-state", lambda: OtherState(nn.GRU, bias=False), [batch], ["head", "h_n"])
case("rnn", lambda: Other(nn.RNN), [batch], ["head"], exporters=["script"])
case("rnn-relu", lambda: OtherState(nn.RNN, nonlinearity="relu"), [batch], ["head", "h_n"], exporters=["script"])
refused("unrolled", lambda: Other(nn.RNN), [batch], dynamo=True)
case("learned", Learned, [batch], ["output"])
case("pooled", Pooled, [batch], ["normalize"])
case("pooled-opset-13", Pooled, [batch], ["normalize"], exporters=["script"], opset=13)
case("voice-opset-13", Voice, [batch], ["normalize"], exporters=["script"], opset=13)
case("voice", Voice2, [batch], ["normalize"])
case("largest", lambda: Largest(both=True, bias=False), [batch], ["logSoftmax"])
case("everything", lambda: Everything(layers=2, both=True), [batch], ["output", "h_n", "c_n"])
case("given", lambda: Given(layers=2), [batch, torch.randn(2, 2, 4), torch.randn(2, 2, 4)], ["output", "h_n", "c_n"])
case("two", Two, [batch], ["head"])
# One feature is an axis of size 1, as those are that exporters put in and take out.
case("one-unit", lambda: Model(hidden=1, head=5), [batch], ["head"])
case("one-unit-both", lambda: Model(hidden=1, both=True, head=5), [batch], ["head"])
# From operator set 20 on there is an operator for it; both exporters write others before.
for form in ["none", "tanh"]:
    case(f"gelu-{form}", lambda: Gelu(form), [batch], ["act"])
    case(f"gelu-{form}-opset-18", lambda: Gelu(form), [batch], ["act"], exporters=["dynamo"], opset=18)

# Written as files that were refused once, and read now: tf-bidirectional, tf-dense, last-of-both, reverse-state, residual,
# elu, reverse, batch-norm, other-types, scaled-input, scaled-output, whole-lengths and those of activations.
by_hand = [
    ("last-of-both", lambda: LastStep(both=True, head=5), [batch]),
    ("reverse-state", lambda: ReverseOnly(both=True, head=5), [batch]),
    ("residual", lambda: Residual(inputs=4), [torch.randn(2, 6, 4)]),
]
for name, make, given in by_hand:
    torch.manual_seed(1)
    export(name, make().eval(), given, dynamo=False)
refused("proj-size", lambda: Model(proj=2), [batch], dynamo=True)


# What PyTorch's exporters do not write, by hand.
rng = np.random.default_rng(7)
W, R, B = (rng.uniform(-0.8, 0.8, shape).astype(np.float32) for shape in [(1, 16, 3), (1, 16, 4), (1, 32)])
H = rng.uniform(-0.8, 0.8, (4, 5)).astype(np.float32)
X = batch.numpy()


def graph(name, nodes, inputs, outputs, tensors, opset=20):
    def info(name, shape, kind=TensorProto.FLOAT):
        return helper.make_tensor_value_info(name, kind, shape)

    graph = helper.make_graph(
        nodes, "g", [info(*i) for i in inputs], [info(*o) for o in outputs],
        [t if isinstance(t, onnx.TensorProto) else numpy_helper.from_array(t[1], t[0]) for t in tensors])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)
    onnx.save(model, place(name))


def torch_lstm():
    """The same weights in PyTorch's order of gates, in float64."""
    lstm = nn.LSTM(3, 4).double()
    order = np.concatenate([np.arange(g * 4, g * 4 + 4) for g in (0, 2, 3, 1)])
    with torch.no_grad():
        for key, value in [("weight_ih_l0", W[0]), ("weight_hh_l0", R[0]), ("bias_ih_l0", B[0, :16]),
                           ("bias_hh_l0", B[0, 16:])]:
            getattr(lstm, key).copy_(torch.tensor(value[order]))
    return lstm


weights = [("W", W), ("R", R), ("B", B)]
with torch.no_grad():
    x = torch.tensor(X, dtype=torch.float64).transpose(0, 1).contiguous()
    lengths = np.array([6, 2], dtype=np.int32)
    packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
    y, (h, _) = torch_lstm()(packed)
    y, h = nn.utils.rnn.pad_packed_sequence(y)[0].numpy(), h.numpy()
    plain = torch_lstm()(x)[0]
    head = (plain @ torch.tensor(H, dtype=torch.float64)).numpy()

graph(
    "lengths", [helper.make_node("LSTM", ["x", "W", "R", "B", "lengths"], ["Y", "Yh"], name="lstm", hidden_size=4),
                helper.make_node("Squeeze", ["Y", "one"], ["y"])],
    [("x", ["time", "batch", 3]), ("lengths", ["batch"], TensorProto.INT32)],
    [("y", ["time", "batch", 4]), ("Yh", [1, "batch", 4])], weights + [("one", np.array([1]))])
expect("lengths", {"x": x.float().numpy(), "lengths": lengths}, [y, h], ["output", "h_n"])

# An older operator set: axes are attributes; weights in float_data; Softmax without an axis.
graph(
    "opset-9", [helper.make_node("LSTM", ["x", "W", "R", "B"], ["Y"], hidden_size=4, direction="forward"),
                helper.make_node("Squeeze", ["Y"], ["s"], axes=[1]),
                helper.make_node("MatMul", ["s", "H"], ["m"]),
                helper.make_node("Softmax", ["m"], ["y"], axis=2)],
    [("x", [None, None, 3])], [("y", [None, None, 5])],
    [helper.make_tensor(key, TensorProto.FLOAT, value.shape, value.ravel().tolist()) for key, value in
     weights + [("H", H)]], opset=9)
soft = torch.softmax(torch.tensor(head), -1).numpy()
expect("opset-9", {"x": x.float().numpy()}, [soft], ["softmax"])

for name, attributes, more in [
        ("clip", dict(clip=1.0), []),
        ("activations", dict(activations=["Sigmoid", "Relu", "Tanh"]), []),
        ("input-forget", dict(input_forget=1), []), ("peepholes", {}, ["", "", "", "P"])]:
    graph(
        f"refused-{name}",
        [helper.make_node("LSTM", ["x", "W", "R", "B", *more], ["Y"], name="cell", hidden_size=4, **attributes),
         helper.make_node("Squeeze", ["Y", "one"], ["y"])],
        [("x", ["time", "batch", 3])], [("y", ["time", "batch", 4])],
        weights + [("one", np.array([1])), ("P", np.ones((1, 12), np.float32))])
for name, operator, attributes in [("gelu", "Gelu", {}), ("refused-conv", "Conv", {}), ("elu", "Elu", {}),
                                   ("refused-softmax-time", "Softmax", dict(axis=0)),
                                   ("refused-mean-features", "ReduceMean", {})]:
    inputs = {"Conv": ["s", "K"], "ReduceMean": ["s", "two"]}.get(operator, ["s"])
    graph(
        name,
        [helper.make_node("LSTM", ["x", "W", "R", "B"], ["Y"], name="cell", hidden_size=4),
         helper.make_node("Squeeze", ["Y", "one"], ["s"]),
         helper.make_node(operator, inputs, ["y"], name="odd", **attributes)],
        [("x", ["time", "batch", 3])], [("y", None)],
        weights + [("one", np.array([1])), ("two", np.array([2])), ("K", np.ones((4, 4, 1), np.float32))])
# Two steps of a gelu, and no more.
graph(
    "refused-half-a-gelu",
    [helper.make_node("LSTM", ["x", "W", "R", "B"], ["Y"], name="cell", hidden_size=4),
     helper.make_node("Squeeze", ["Y", "one"], ["s"]),
     helper.make_node("Mul", ["s", "root"], ["m"], name="scale"), helper.make_node("Erf", ["m"], ["y"], name="erf")],
    [("x", ["time", "batch", 3])], [("y", None)],
    weights + [("one", np.array([1])), ("root", np.array(0.5**0.5, np.float32))])
external = numpy_helper.from_array(W, "W")
onnx.external_data_helper.set_external_data(external, "weights.bin")
external.ClearField("raw_data")
external.data_location = TensorProto.EXTERNAL
graph(
    "refused-external", [helper.make_node("LSTM", ["x", "W", "R", "B"], ["Y"], hidden_size=4),
                         helper.make_node("Squeeze", ["Y", "one"], ["y"])],
    [("x", ["time", "batch", 3])], [("y", ["time", "batch", 4])], [external, ("R", R), ("B", B), ("one", np.array([1]))])
graph("refused-no-lstm", [helper.make_node("Relu", ["x"], ["y"])], [("x", ["t", "b", 3])], [("y", ["t", "b", 3])], [])
