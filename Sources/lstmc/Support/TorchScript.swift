// SPDX-License-Identifier: Apache-2.0

/// What Python is given to run: it needs torch and nothing else.
///
/// Its first argument is a safetensors file with the plan, the parameters (`LAYER.KEY`), x, lengths and first states
/// (`h0.LAYER`, `c0.LAYER`); its second is where the results go, each in float32 and, as `NAME.f64`, in float64. It ends
/// with code 3 where there is no torch.
let torchScript = """
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
        def __init__(self, plan, tensors, dtype):
            self.plan, self.dtype = plan, dtype
            self.tensors = {name: t.to(dtype) if t.is_floating_point() else t for name, t in tensors.items()}
            self.lengths = tensors.get("lengths")
            self.time = 1 if plan["batched"] and plan["batch_first"] else 0
            self.steps = self.tensors["x"].shape[self.time]
            self.valid = None
            if self.lengths is not None:
                valid = torch.arange(self.steps)[:, None] < self.lengths[None, :]
                self.valid = (valid.T if plan["batch_first"] else valid)[..., None]

        def first_state(self, index, x):
            if f"h0.{index}" in self.tensors:
                return self.tensors[f"h0.{index}"], self.tensors[f"c0.{index}"]
            if f"{index}.initial_h" not in self.tensors:
                return None
            state = [self.tensors[f"{index}.initial_{part}"] for part in "hc"]
            if self.plan["batched"]:
                state = [part[:, None].expand(-1, x.shape[1 - self.time], -1).contiguous() for part in state]
            return tuple(state)

        def lstm(self, index, options, x):
            batch_first = self.plan["batch_first"]
            lstm = torch.nn.LSTM(**options, batch_first=batch_first, dtype=self.dtype).eval()
            lstm.load_state_dict({key: self.tensors[f"{index}.{key}"] for key in lstm.state_dict()})
            first = self.first_state(index, x)
            if self.lengths is None:
                return lstm(x, first)
            pack, pad = torch.nn.utils.rnn.pack_padded_sequence, torch.nn.utils.rnn.pad_packed_sequence
            y, state = lstm(pack(x, self.lengths, batch_first, enforce_sorted=False), first)
            return pad(y, batch_first, total_length=self.steps)[0], state

        def pooled(self, kind, x):
            if kind == "max":
                return (x if self.valid is None else x.masked_fill(~self.valid, -torch.inf)).amax(self.time)
            if self.valid is None:
                return x.mean(self.time)
            return x.masked_fill(~self.valid, 0).sum(self.time) / self.lengths[:, None].to(self.dtype)

        def layer(self, index, kind, options, x):
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
            if kind == "gelu":
                return functional.gelu(x, approximate=options["approximate"])
            if kind in ("softmax", "log_softmax"):
                return getattr(functional, kind)(x, dim=-1)
            if kind == "last":
                hidden = self.states[options["lstm"]][0]
                return torch.cat(list(hidden[-options["directions"] :]), dim=-1)
            if kind in ("mean", "max"):
                return self.pooled(kind, x)
            return x if kind == "dropout" else getattr(torch, kind)(x)

        def __call__(self):
            x, self.states, outputs, has_time = self.tensors["x"], {}, [], True
            for index, (kind, options) in enumerate(self.plan["layers"]):
                if kind == "lstm":
                    x, self.states[index] = self.lstm(index, options, x)
                else:
                    x = self.layer(index, kind, options, x)
                has_time = has_time and kind not in ("last", "mean", "max")
                if has_time and self.valid is not None:
                    x = x.masked_fill(~self.valid, 0)
                outputs.append(x)
            parts = {"output": lambda i: outputs[i], "h_n": lambda i: self.states[i][0], "c_n": lambda i: self.states[i][1]}
            return {name: parts[part](index) for name, index, part in self.plan["results"]}


    plan, tensors = read(sys.argv[1])
    results = {}
    with torch.no_grad():
        for dtype, suffix in ((torch.float32, ""), (torch.float64, ".f64")):
            for name, tensor in Run(plan, tensors, dtype)().items():
                results[name + suffix] = tensor
    write(sys.argv[2], results)

    """
