# SPDX-License-Identifier: Apache-2.0
#
# What `lstmc verify --torch` gives Python to run: it needs torch and nothing else.
#
# Its first argument is a safetensors file with the plan, the parameters (`LAYER.KEY`), the inputs (`x.INPUT`), lengths
# (`lengths.INPUT`), the steps that paddings stood on before them (`shifts.INPUT`) and first states (`h0.LAYER`, `c0.LAYER`);
# its second is where the results go, each in float32 and, as `NAME.f64`, in float64, and for a result of indices what they are
# the largest of, as `NAME.scores` and `NAME.f64.scores`. It ends with code 3 where there is no torch.

import ctypes, json, struct, sys

try:
    import torch
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(3)

TYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}


def read(path):
    with open(path, "rb") as file:
        data = bytearray(file.read())
    start = 8 + struct.unpack_from("<Q", data)[0]
    header = json.loads(data[8:start])
    plan = json.loads(header.pop("__metadata__")["plan"])
    tensors = {}
    for name, entry in header.items():
        first, end = entry["data_offsets"]
        values = torch.frombuffer(data[start + first : start + end], dtype=TYPES[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"])
    return plan, tensors


def write(path, tensors):
    header, pieces, end = {}, [], 0
    for name, tensor in tensors.items():
        tensor = tensor.contiguous()
        pieces.append(ctypes.string_at(tensor.data_ptr(), tensor.numel() * tensor.element_size()))
        kind = next(kind for kind, dtype in TYPES.items() if dtype == tensor.dtype)
        offsets = [end, end + len(pieces[-1])]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": offsets}
        end = offsets[1]
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(pieces))


class Run:
    """One run in one type. Every value is (batch, time, ...) or (batch, ...) inside, whatever the plan's layout."""

    def __init__(self, plan, tensors, dtype):
        self.plan, self.dtype = plan, dtype
        self.tensors = {name: t.to(dtype) if t.is_floating_point() else t for name, t in tensors.items()}
        self.lengths = {key[8:]: t for key, t in tensors.items() if key.startswith("lengths.")}
        self.values = {}
        for index, has_time in enumerate(plan["inputs"]):
            x = self.tensors[f"x.{index}"]
            if not plan["batched"]:
                x = x[None]
            elif has_time and not plan["batch_first"]:
                x = x.transpose(0, 1)
            self.values[f"x{index}"] = x

    # Time axes: ["input", i], ["fixed", n], ["slice", axis, start, stop] or ["windows", axis, extent, stride].

    def axis_lengths(self, axis):
        """The steps of each row; nil where all rows have all steps."""
        if axis is None or axis[0] == "fixed":
            return None
        if axis[0] == "input":
            return self.lengths.get(str(axis[1]))
        inner = self.axis_lengths(axis[1])
        if inner is None:
            return None
        if axis[0] == "windows":
            return torch.tensor([(int(n) - axis[2]) // axis[3] + 1 for n in inner])
        return torch.tensor([len(range(int(n))[axis[2] : axis[3]]) for n in inner])

    def valid(self, axis, x):
        """(batch, time, 1, ...): true at each row's own steps; nil where all are."""
        lengths = self.axis_lengths(axis)
        if lengths is None:
            return None
        valid = torch.arange(x.shape[1])[None, :] < lengths[:, None]
        return valid.reshape(valid.shape + (1,) * (x.dim() - 2))

    def first_state(self, index, parts, batch):
        if f"h0.{index}" in self.tensors:
            state = [self.tensors[f"{part}0.{index}"] for part in parts]
            return tuple(part if self.plan["batched"] else part[:, None] for part in state)
        if f"{index}.initial_h" not in self.tensors:
            return None
        state = [self.tensors[f"{index}.initial_{part}"] for part in parts]
        return tuple(part[:, None].expand(-1, batch, -1).contiguous() for part in state)

    def given_state(self, options, given, parts, batch):
        """The first state from other values, (batch, states * size) each; zero where none is given."""
        states = options["num_layers"] * (2 if options["bidirectional"] else 1)
        sizes = {"h": options.get("proj_size") or options["hidden_size"], "c": options["hidden_size"]}
        return tuple(
            given[part].reshape(batch, states, -1).transpose(0, 1).contiguous()
            if part in given
            else torch.zeros(states, batch, sizes[part], dtype=self.dtype)
            for part in parts
        )

    def recurrent(self, index, kind, options, values, axis):
        parts, x = "hc" if kind == "lstm" else "h", values[0]
        first = self.first_state(index, parts, x.shape[0])
        if "initial" in options:
            given = dict(zip(options["initial"].split(), values[1:]))
            options = {key: value for key, value in options.items() if key != "initial"}
            first = self.given_state(options, given, parts, x.shape[0])
        if {"reset_after", "activation", "recurrent_activation"} & options.keys():
            return self.cells(index, kind, options, x, axis, first)
        module = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[kind]
        module = module(**options, batch_first=True, dtype=self.dtype).eval()
        module.load_state_dict({key: self.tensors[f"{index}.{key}"] for key in module.state_dict()})
        if first is not None and kind != "lstm":
            first = first[0]
        lengths = self.axis_lengths(axis)
        if lengths is None:
            y, state = module(x, first)
        else:
            pack, pad = torch.nn.utils.rnn.pack_padded_sequence, torch.nn.utils.rnn.pad_packed_sequence
            y, state = module(pack(x, lengths, True, enforce_sorted=False), first)
            y = pad(y, True, total_length=x.shape[1])[0]
        return y, state if kind == "lstm" else (state,)

    def cells(self, index, kind, options, x, axis, first):
        """What PyTorch has no module for, step by step: other activations, and a gru that resets before the product."""
        functions = {
            "tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid, "linear": lambda x: x,
            "hardsigmoid": torch.nn.functional.hardsigmoid, "hardsigmoid_0.2": lambda x: (0.2 * x + 0.5).clamp(0, 1),
        }
        outer = functions[options.get("activation", "tanh")]
        inner = functions[options.get("recurrent_activation", "sigmoid")]
        linear = torch.nn.functional.linear
        layers, directions = options["num_layers"], 2 if options["bidirectional"] else 1
        lengths, last = self.axis_lengths(axis), []
        for layer in range(layers):
            ways = []
            for direction in range(directions):
                number = layer * directions + direction
                suffix = f"_l{layer}" + ("_reverse" if direction else "")
                w_ih, w_hh, b_ih, b_hh, w_hr = (
                    self.tensors.get(f"{index}.{stem}{suffix}")
                    for stem in ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
                )
                rows = []
                for row in range(x.shape[0]):
                    steps = x[row] if lengths is None else x[row, : int(lengths[row])]
                    size = w_hh.shape[1]
                    zeros = (x.new_zeros(size), x.new_zeros(options["hidden_size"]))
                    h, c = (zeros + (None,))[:2] if first is None else (*(part[number, row] for part in first), None)[:2]
                    way = []
                    for step in steps.flip(0) if direction else steps:
                        if kind == "lstm":
                            i, f, g, o = (linear(step, w_ih, b_ih) + linear(h, w_hh, b_hh)).chunk(4)
                            c = inner(f) * c + inner(i) * outer(g)
                            h = inner(o) * outer(c)
                            h = h if w_hr is None else linear(h, w_hr)
                        else:
                            split = 2 * options["hidden_size"]
                            inputs, hidden = linear(step, w_ih, b_ih), linear(h, w_hh, b_hh)
                            r, z = inner(inputs[:split] + hidden[:split]).chunk(2)
                            if options.get("reset_after", True):
                                n = outer(inputs[split:] + r * hidden[split:])
                            else:
                                bias = None if b_hh is None else b_hh[split:]
                                n = outer(inputs[split:] + linear(r * h, w_hh[split:], bias))
                            h = (1 - z) * n + z * h
                        way.append(h)
                    y = torch.stack(way[::-1] if direction else way)
                    rows.append((torch.cat([y, y.new_zeros(x.shape[1] - len(y), y.shape[1])]), h, c))
                ways.append(torch.stack([row[0] for row in rows]))
                last.append([torch.stack(part) for part in list(zip(*rows))[1:] if kind == "lstm" or part[0] is not None])
            x = torch.cat(ways, -1)
        states = [torch.stack(part) for part in zip(*last)]
        return x, tuple(states if kind == "lstm" else states[:1])

    def pooled(self, kind, x, axis):
        valid, lengths = self.valid(axis, x), self.axis_lengths(axis)
        if kind == "max":
            return (x if valid is None else x.masked_fill(~valid, -torch.inf)).amax(1)
        if valid is not None:
            x = x.masked_fill(~valid, 0)
        if kind == "sum":
            return x.sum(1)
        return x.mean(1) if lengths is None else x.sum(1) / lengths.reshape(-1, *[1] * (x.dim() - 2)).to(self.dtype)

    def rows(self, x, axis):
        """Each row's own steps."""
        lengths = self.axis_lengths(axis)
        return [x[row, : x.shape[1] if lengths is None else int(lengths[row])] for row in range(x.shape[0])]

    def aligned(self, values):
        """What has no time axis is repeated over time where it meets one."""
        most = max(value.dim() for value in values)
        return [value if value.dim() == most else value[:, None] for value in values]

    def combined(self, kind, values):
        function = {"add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "maximum": torch.maximum}[kind]
        values = self.aligned(values)
        sum = values[0]
        for value in values[1:]:
            sum = function(sum, value)
        return sum

    def concat(self, values):
        values = self.aligned(values)
        outer = torch.broadcast_shapes(*[value.shape[:-1] for value in values])
        return torch.cat([value.expand(*outer, value.shape[-1]) for value in values], dim=-1)

    def scaled(self, index, options, x):
        operand = lambda key: self.tensors[f"{index}.{key}"]
        if f"{index}.mean" in self.tensors:
            return (x - operand("mean")) / operand("std")
        return x * operand("weight") + operand("bias")

    def slid(self, x, axis, options, function):
        """`function` along each row's own steps, or along the positions inside a step: it takes (N, C, L)."""
        if options["over"] == "positions":
            # A vector's positions are one channel's.
            flat = x.reshape(-1, *(x.shape[-2:] if x.dim() - (axis is not None) > 2 else (1, x.shape[-1])))
            y = function(flat)
            return y.reshape(*x.shape[:-2], *y.shape[-2:]) if flat.shape[1] > 1 or x.dim() - (axis is not None) > 2 \
                else y.reshape(*x.shape[:-1], y.shape[-1])
        if axis is None:
            flat = x.reshape(x.shape[0], -1, 1)
            y = function(flat)
            return y.reshape(x.shape[0], *([y.shape[1]] if x.dim() == 2 else x.shape[1:]))
        rows = [function(row.reshape(row.shape[0], -1).T[None])[0].T for row in self.rows(x, axis)]
        rows = [row if x.dim() == 3 else row.reshape(-1, *x.shape[2:]) for row in rows]
        steps = max(len(row) for row in rows)
        return torch.stack([torch.cat([row, row.new_zeros(steps - len(row), *row.shape[1:])]) for row in rows])

    def convolved(self, index, options, x, axis):
        padding, before = options["padding"], options["dilation"] * (options["kernel_size"] - 1)
        left, right = (padding, padding) if isinstance(padding, int) else (before, 0)
        if padding == "same":
            left, right = before // 2, before - before // 2
        weight, bias = (self.tensors.get(f"{index}.{key}") for key in ("weight", "bias"))
        numbers = {key: options[key] for key in ("stride", "dilation", "groups")}
        pad = torch.nn.functional.pad
        return self.slid(x, axis, options, lambda x: torch.conv1d(pad(x, (left, right)), weight, bias, **numbers))

    def layer(self, index, kind, options, values, axes, shape):
        x, axis = values[0], axes[0]
        weight, bias = (self.tensors.get(f"{index}.{key}") for key in ("weight", "bias"))
        functional = torch.nn.functional
        if kind == "embedding":
            return functional.embedding(x, weight)
        if kind == "linear":
            return functional.linear(x, weight, bias)
        if kind == "layer_norm":
            return functional.layer_norm(x, x.shape[-1:], weight, bias, options["eps"])
        if kind == "l2_normalize":
            return functional.normalize(x, dim=-1, eps=options["eps"])
        if kind in ("softmax", "log_softmax"):
            return getattr(functional, kind)(x, dim=-1)
        if kind == "last":
            directions, size = shape[-1] // options["size"], options["size"]
            return x[:, -directions * size :]
        if kind in ("mean", "max", "sum"):
            return self.pooled(kind, x, axis)
        if kind in ("add", "subtract", "multiply", "maximum"):
            return self.combined(kind, values)
        if kind == "concat":
            return self.concat(values)
        if kind == "slice":
            return x[..., options["start"] : options["stop"]]
        if kind == "scale":
            return self.scaled(index, options, x)
        if kind == "select":
            return torch.stack([row[options["index"]] for row in self.rows(x, axis)])
        if kind == "steps":
            rows = [row[options["start"] : options["stop"]] for row in self.rows(x, axis)]
            steps = max(max(len(row) for row in rows), len(range(x.shape[1])[options["start"] : options["stop"]]))
            return torch.stack([torch.cat([row, row.new_zeros(steps - len(row), *row.shape[1:])]) for row in rows])
        if kind == "flip":
            rows = [row.flip(0) for row in self.rows(x, axis)]
            return torch.stack([torch.cat([row, row.new_zeros(x.shape[1] - len(row), *row.shape[1:])]) for row in rows])
        if kind == "repeat":
            return x[:, None].expand(x.shape[0], options["steps"], *x.shape[1:])
        if kind == "argmax":
            return x.argmax(-1)
        if kind in ("flatten", "unflatten"):
            return x.reshape(x.shape[: 1 + (axis is not None)] + tuple(shape))
        if kind == "transpose":
            return x.transpose(-1, -2)
        if kind == "prelu":
            # PyTorch's channels are the second axis of (N, C) and (N, C, L).
            flat = x.reshape(-1, *x.shape[1 + (axis is not None) :])
            return functional.prelu(flat, weight).reshape(x.shape)
        if kind == "dropout":
            return x
        if kind == "batch_norm":
            mean, variance = (self.tensors[f"{index}.running_{key}"] for key in ("mean", "var"))
            flat = x.reshape(-1, *x.shape[1 + (axis is not None) :])
            return functional.batch_norm(flat, mean, variance, weight, bias, eps=options["eps"]).reshape(x.shape)
        if kind == "conv1d":
            return self.convolved(index, options, x, axis)
        if kind in ("max_pool1d", "avg_pool1d"):
            numbers = [options[key] for key in ("kernel_size", "stride", "padding")]
            return self.slid(x, axis, options, lambda x: getattr(functional, kind)(x, *numbers))
        if kind == "pad":
            mode = {"zeros": "constant"}.get(options["mode"], options["mode"])
            return self.slid(x, axis, options, lambda x: functional.pad(x, (options["left"], options["right"]), mode))
        function = getattr(functional, kind, None) or getattr(torch, kind)
        return function(x, **options)

    def __call__(self):
        for index, layer in enumerate(self.plan["layers"]):
            kind, options, axes = layer["kind"], layer["options"], layer["axes"]
            values = [self.values[name] for name in layer["inputs"]]
            if kind in ("lstm", "gru", "rnn"):
                y, states = self.recurrent(index, kind, options, values, axes[0])
                for name, state in zip("hc", states):
                    self.values[f"{name}{index}"] = state.transpose(0, 1).flatten(1)
                    self.values[f"{name}_n{index}"] = state
            else:
                y = self.layer(index, kind, options, values, axes, layer["shape"])
            if layer["axis"] is not None:
                valid = self.valid(layer["axis"], y) if y.dim() > 2 else None
                if valid is not None:
                    y = y.masked_fill(~valid, 0)
            self.values[f"y{index}"] = y
        results = {}
        for result in self.plan["results"]:
            results[result["name"]] = self.result(result, self.values[result["value"]])
            if result["scores"] is not None:
                results[result["name"] + ".scores"] = self.result(result, self.values[result["scores"]])
        return results

    def result(self, result, value):
        if result["is_state"]:
            return value if self.plan["batched"] else value[:, 0]
        axis = result["axis"]
        if axis is not None and axis[0] == "input" and f"shifts.{axis[1]}" in self.tensors:
            # Behind the paddings that stood before each row.
            shifts = self.tensors[f"shifts.{axis[1]}"]
            value = torch.stack([row.roll(int(shift), 0) for row, shift in zip(value, shifts)])
        if not self.plan["batched"]:
            return value[0]
        return value if self.plan["batch_first"] or axis is None else value.transpose(0, 1)


plan, tensors = read(sys.argv[1])
results = {}
with torch.no_grad():
    for dtype, suffix in ((torch.float32, ""), (torch.float64, ".f64")):
        for name, tensor in Run(plan, tensors, dtype)().items():
            scores = name.removesuffix(".scores")
            results[name + suffix if scores == name else scores + suffix + ".scores"] = tensor
write(sys.argv[2], results)
