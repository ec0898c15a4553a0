# SPDX-License-Identifier: Apache-2.0
"""Writes windows.safetensors: what PyTorch gives for batch norms, convolutions, pools and pads, with lengths and without.

The metadata's `cases` is a JSON list of {name, layer, shape, batch_first}: a layer's keys as a spec has them, and the sizes of
a step. Of each case: NAME.x, NAME.lengths where sequences have their own, NAME.y.TENSOR (its parameters), NAME.out (float32)
and NAME.out.f64, zero past a sequence's own end. Each sequence is run alone. Made with PyTorch 2.13.0 and safetensors 0.8;
other versions may round otherwise.
"""
import json
import pathlib

import torch
from safetensors.torch import save_file

torch.set_num_threads(1)
torch.manual_seed(7)
nn, f = torch.nn, torch.nn.functional
tensors, cases = {}, []


def around(layer):
    padding, before = layer.get("padding", 0), layer.get("dilation", 1) * (layer["kernel_size"] - 1)
    if padding == "same":
        return before // 2, before - before // 2
    return (before, 0) if padding == "causal" else (padding, padding)


def function(layer, channels):
    """The layer as a function of (1, C, L), and its tensors."""
    kind = layer["kind"]
    if kind == "batch_norm":
        module = nn.BatchNorm1d(channels, eps=layer.get("eps", 1e-5), affine=layer.get("affine", True)).eval()
        module.running_mean.copy_(layer["mean"] * torch.randn(channels))
        module.running_var.copy_(layer["var"] * (torch.rand(channels) + 0.1))
        if module.affine:
            nn.init.normal_(module.weight), nn.init.normal_(module.bias)
        return module, module
    if kind == "conv1d":
        keys = {key: layer[key] for key in ("stride", "dilation", "groups", "bias") if key in layer}
        module = nn.Conv1d(channels, layer["out_channels"], layer["kernel_size"], **keys)
        return (lambda x: module(f.pad(x, around(layer)))), module
    if kind == "pad":
        mode = {"zeros": "constant"}.get(layer.get("mode", "zeros"), layer.get("mode"))
        return (lambda x: f.pad(x, (layer.get("left", 0), layer.get("right", 0)), mode)), None
    module = (nn.MaxPool1d if kind == "max_pool1d" else nn.AvgPool1d)(
        layer["kernel_size"], layer.get("stride"), layer.get("padding", 0))
    return module, None


def case(name, kind, shape, steps=None, batch=None, lengths=None, batch_first=False, **layer):
    layer["kind"] = kind
    over = layer.get("over", "time")
    with torch.no_grad():
        run, module = function(layer, shape[0])
        x = torch.randn(*([batch] if batch else [1]), *([steps] if steps else [1]), *shape)
        if kind == "batch_norm":
            x = x * layer.pop("var") ** 0.5 + layer.pop("mean")
        results = []
        for dtype in (torch.float32, torch.float64):
            if module is not None:
                module.to(dtype)
            rows = []
            for row, given in enumerate(x.to(dtype)):
                given = given[: lengths[row]] if lengths else given
                if over == "positions" or len(shape) == 2:
                    flat = given if len(shape) == 2 else given[:, None]
                    y = run(flat)
                    rows.append(y if len(shape) == 2 else y[:, 0])
                elif kind == "batch_norm":
                    rows.append(run(given))
                else:
                    rows.append(run(given.T[None])[0].T)
            most = max(len(row) for row in rows)
            rows = [torch.cat([row, row.new_zeros(most - len(row), *row.shape[1:])]) for row in rows]
            y = torch.stack(rows)
            results.append(y if batch_first else y.transpose(0, 1))
        if module is not None:
            module.to(torch.float32)
            tensors.update({f"{name}.y.{key}": value.clone() for key, value in module.state_dict().items()})
    x = x if batch_first else x.transpose(0, 1)
    axis = 0 if batch_first else 1
    if not batch:
        x, results = x.squeeze(axis), [y.squeeze(axis) for y in results]
    tensors[f"{name}.x"] = x
    tensors[f"{name}.out"], tensors[f"{name}.out.f64"] = results
    if lengths:
        tensors[f"{name}.lengths"] = torch.tensor(lengths)
    cases.append({"name": name, "layer": layer, "shape": shape, "batch_first": batch_first})


# Batch norms: of vectors and of channels, far from zero and near it.
for mean, var in ((0.5, 1), (100, 0.01), (0.001, 1e-6)):
    case(f"norm {mean}", "batch_norm", [7], 9, 3, mean=mean, var=var)
case("norm plain", "batch_norm", [33], 5, mean=1, var=2, affine=False, eps=0.01)
case("norm channels", "batch_norm", [5, 9], 4, 2, mean=1, var=2, batch_first=True)

# Convolutions over time: every number, alone and together.
number = 0
for kernel, options in [
    (1, {}), (1, {"stride": 3}), (1, {"bias": False}), (1, {"groups": 2}), (2, {}), (3, {}), (3, {"padding": 1}),
    (5, {"padding": "same"}), (4, {"padding": "same"}), (4, {"padding": "causal"}), (3, {"stride": 2}), (3, {"stride": 2, "padding": 3}),
    (3, {"dilation": 2}), (3, {"dilation": 4, "padding": "causal"}), (2, {"dilation": 3, "padding": "same"}),
    (3, {"groups": 2}), (3, {"groups": 6, "padding": 1}), (3, {"groups": 3, "dilation": 2, "padding": 2, "stride": 2}),
    (7, {"bias": False, "padding": "causal"}), (9, {"stride": 4, "padding": 4}),
]:
    out = 6 if "groups" in options else (5, 8, 17, 33, 70)[number % 5]
    number += 1
    case(f"time {number}", "conv1d", [6], 21, 3, batch_first=number % 2 == 0, kernel_size=kernel, out_channels=out, **options)
    # A window that fits in the shortest sequence.
    least = max(1, options.get("dilation", 1) * (kernel - 1) + 1 - sum(around({"kernel_size": kernel, **options})))
    lengths = [19, least, min(least + 4, 19), 12]
    case(f"time {number} lengths", "conv1d", [6], 19, 4, lengths, batch_first=number % 3 == 0, kernel_size=kernel,
         out_channels=out, **options)
for channels in (1, 2, 15, 16, 31, 65, 100):
    case(f"channels {channels}", "conv1d", [channels], 12, kernel_size=3, out_channels=channels + 1, padding=1)
case("wide", "conv1d", [16], 60, kernel_size=11, out_channels=70, padding="same")
case("long", "conv1d", [2], 1000, kernel_size=64, out_channels=3, stride=5)

# Over positions: one channel whose windows lie in memory as they are, and others.
case("stft", "conv1d", [1, 640], 3, 2, kernel_size=256, stride=128, out_channels=20, bias=False, over="positions")
case("silero", "conv1d", [129, 4], 3, kernel_size=3, padding=1, out_channels=128, over="positions")
case("silero strided", "conv1d", [128, 4], 3, 2, kernel_size=3, padding=1, stride=2, out_channels=64, over="positions")
case("one position", "conv1d", [12, 3], 4, 2, kernel_size=3, out_channels=7, over="positions", batch_first=True)
case("one output", "conv1d", [12, 30], 4, 2, kernel_size=3, out_channels=1, over="positions")
case("depthwise", "conv1d", [12, 10], 4, 2, kernel_size=3, out_channels=12, groups=12, over="positions")
case("gaps", "conv1d", [6, 10], 9, 2, kernel_size=3, dilation=3, padding=2, out_channels=4, over="positions")
case("gaps groups", "conv1d", [6, 25], 9, kernel_size=3, dilation=3, padding="same", groups=2, out_channels=2,
     over="positions")
case("point", "conv1d", [6, 10], 9, kernel_size=1, out_channels=4, over="positions")
case("few", "conv1d", [6, 10], 30, 3, kernel_size=4, stride=2, out_channels=4, over="positions")

# Pools and pads.
for kind in ("max_pool1d", "avg_pool1d"):
    case(f"{kind} 1", kind, [5], 12, 3, kernel_size=3)
    case(f"{kind} 2", kind, [17], 12, 3, [12, 5, 3], kernel_size=3, stride=2, padding=1, batch_first=True)
    case(f"{kind} 3", kind, [5], 12, kernel_size=4, stride=1, padding=2)
    case(f"{kind} 4", kind, [5, 11], 3, 2, kernel_size=3, stride=2, padding=1, over="positions")
for mode in ("zeros", "reflect", "replicate"):
    case(f"pad {mode}", "pad", [5], 9, 3, [9, 4, 6], left=2, right=3, mode=mode)
    case(f"pad {mode} first", "pad", [5], 9, 3, [9, 4, 6], left=3, mode=mode, batch_first=True)
    case(f"pad {mode} inside", "pad", [3, 6], 4, 2, left=1, right=4, mode=mode, over="positions")
    case(f"pad {mode} vector", "pad", [6], 4, 2, right=4, mode=mode, over="positions")

save_file({name: tensor.contiguous() for name, tensor in tensors.items()},
          pathlib.Path(__file__).parent / "windows.safetensors", metadata={"cases": json.dumps(cases)})
print(len(cases), "cases")
