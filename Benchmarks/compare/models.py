# SPDX-License-Identifier: Apache-2.0
"""The same LSTM or GRU as a torch module, a spec with safetensors, and an ONNX graph; and what it is run on."""

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import save_file

ONNX_OPSET = 17


def torch_module(case):
    """Seeded; biases are zero where the input is silent or nearly, so that nothing lifts the state out of it."""
    torch.manual_seed(1)
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[case.cell]
    module = kind(case.input, case.hidden, case.layers, bidirectional=case.directions == 2).eval()
    if case.kind in ("silence", "denormal"):
        with torch.no_grad():
            for name, parameter in module.named_parameters():
                if name.startswith("bias"):
                    parameter.zero_()
    return module


def inputs(case):
    """(steps, batch, input) float32."""
    x = numpy.random.default_rng(2).standard_normal((case.steps, case.batch, case.input)).astype(numpy.float32)
    if case.kind == "silence":
        # A short sound, then nothing: the state decays through the denormal numbers to zero.
        x[max(1, min(16, case.steps // 4)) :] = 0
    elif case.kind == "denormal":
        x *= numpy.float32(1e-39)
    elif case.kind == "saturated":
        # Sums of 20 or so in each gate, whatever the sizes: weights are even in ±1/sqrt(hidden).
        x *= numpy.float32(20 * (3 * case.hidden / case.input) ** 0.5)
    return x


def write_weights(module, folder):
    """The file that every spec in the folder names."""
    save_file({name: tensor.contiguous() for name, tensor in module.state_dict().items()}, folder / "case.safetensors")


def write_spec(case, folder, precision="float32"):
    """A spec of the folder's weights; returns its path."""
    path = folder / f"Case-{precision}.lstm.yaml"
    path.write_text(
        "lstmc: 1\n"
        "name: Case\n"
        f"input: {{ features: {case.input} }}\n"
        f'weights: {{ file: case.safetensors, placement: file, precision: {precision}, names: {{ stack: "" }} }}\n'
        "layers:\n"
        f"  - {case.cell}: stack\n"
        f"    hidden_size: {case.hidden}\n"
        f"    num_layers: {case.layers}\n"
        f"    bidirectional: {'true' if case.directions == 2 else 'false'}\n"
    )
    return path


def onnx_gates(case, tensor):
    """PyTorch's gate order i f g o as ONNX's i o f c; a GRU's r z n as z r h."""
    gates = tensor.detach().numpy().reshape(case.gates, -1, *tensor.shape[1:])
    order = {"lstm": (0, 3, 1, 2), "gru": (1, 0, 2)}[case.cell]
    return numpy.concatenate([gates[gate] for gate in order])


def onnx_model(case, module):
    """The bytes of an ONNX model: one node a layer, as the exporter writes it."""
    parameters = dict(module.named_parameters())
    suffixes = ["", "_reverse"][: case.directions]
    nodes, constants, value = [], [], "x"
    for layer in range(case.layers):
        def stacked(*names):
            rows = [[onnx_gates(case, parameters[f"{name}_l{layer}{suffix}"]) for name in names] for suffix in suffixes]
            return numpy.stack([numpy.concatenate(row) for row in rows])

        tensors = {"W": stacked("weight_ih"), "R": stacked("weight_hh"), "B": stacked("bias_ih", "bias_hh")}
        shape = numpy.array([case.steps, case.batch, case.directions * case.hidden], dtype=numpy.int64)
        constants += [numpy_helper.from_array(tensor, f"{name}{layer}") for name, tensor in tensors.items()]
        constants += [numpy_helper.from_array(shape, f"shape{layer}")]
        result = "output" if layer == case.layers - 1 else f"y{layer}"
        nodes += [
            helper.make_node(
                case.cell.upper(),
                [value, f"W{layer}", f"R{layer}", f"B{layer}"],
                [f"gated{layer}"],
                hidden_size=case.hidden,
                direction="bidirectional" if case.directions == 2 else "forward",
                # As PyTorch has it: the reset gate after the matrix.
                **({"linear_before_reset": 1} if case.cell == "gru" else {}),
            ),
            # (steps, directions, batch, hidden) to (steps, batch, directions * hidden)
            helper.make_node("Transpose", [f"gated{layer}"], [f"moved{layer}"], perm=[0, 2, 1, 3]),
            helper.make_node("Reshape", [f"moved{layer}", f"shape{layer}"], [result]),
        ]
        value = result
    width = case.directions * case.hidden
    graph = helper.make_graph(
        nodes,
        "lstm",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [case.steps, case.batch, case.input])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [case.steps, case.batch, width])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", ONNX_OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()
