# SPDX-License-Identifier: Apache-2.0
"""Writes the checkpoints that the tests read, beside itself.

Made with Python 3.11, PyTorch 2.15, NumPy 2.4 and safetensors 0.8; torch.save's bytes differ a little from version to
version, so do not expect the same files from others.

Element i of a tensor is ((7 * i + seed) % 64) / 16 - 2, which every float type here holds exactly.
"""
import argparse
import os
import pathlib
import random
import zipfile
from collections import OrderedDict

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

here = pathlib.Path(__file__).parent
os.chdir(here)
torch.manual_seed(1)


def values(shape, seed=0, dtype=torch.float32):
    count = int(np.prod(shape))
    flat = [((7 * i + seed) % 64) / 16 - 2 for i in range(count)]
    return torch.tensor(flat, dtype=torch.float64).reshape(shape).to(dtype)


def module():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(3, 4, batch_first=True)
            self.linear = nn.Linear(4, 2)

    Net.__qualname__ = "Net"
    Net.__module__ = "__main__"
    globals()["Net"] = Net
    net = Net()
    with torch.no_grad():
        for seed, parameter in enumerate(net.parameters()):
            parameter.copy_(values(tuple(parameter.shape), seed))
    return net


plain = OrderedDict(
    f32=values((2, 3)),
    f16=values((4,), 1, torch.float16),
    bf16=values((2, 2), 2, torch.bfloat16),
    f64=values((3,), 3, torch.float64),
    i64=torch.tensor([-1, 0, 1 << 40]),
    u8=torch.tensor([0, 255], dtype=torch.uint8),
    scalar=values(()),
    empty=torch.zeros(0, 3),
)
save_file(dict(plain), "plain.safetensors", metadata={"made": "by make_fixtures.py"})
os.chmod("plain.safetensors", 0o644)
torch.save(plain, "plain.pt")
torch.save(plain, "protocol-4.pt", pickle_protocol=4)
torch.save(plain, "protocol-5.pth", pickle_protocol=5)
torch.save(plain, "legacy.pt", _use_new_zipfile_serialization=False)
arrays = {name: tensor.numpy() for name, tensor in plain.items() if tensor.dtype != torch.bfloat16}
np.savez("plain.npz", **arrays, label=np.array(["not", "numbers"]))
np.savez_compressed("compressed.npz", **arrays)
np.savez("objects.npz", f32=arrays["f32"], thing=np.array([{}, None], dtype=object))

torch.serialization.set_crc32_options(False)
torch.save(plain, "no-checksums.pt")
torch.serialization.set_crc32_options(True)

base = values((6, 4))
tagged = values((2, 2), 5)
tagged.comment = "a tensor with an attribute of its own"
torch.save(
    {
        "base": base,
        "transposed": base.t(),
        "rows": base[1::2],
        "column": base[:, 2],
        "expanded": base[0].expand(3, 4),
        "permuted": values((2, 3, 4), 4).permute(2, 0, 1),
        "parameter": nn.Parameter(values((2, 2), 5)),
        "tagged": tagged,
        "unsigned": torch.tensor([1, 65535], dtype=torch.uint16),
    },
    "views.pt",
)

net = module()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 10)
net.lstm(torch.randn(2, 5, 3))[0].sum().backward()
optimizer.step()
scheduler.step()
with torch.no_grad():
    for seed, parameter in enumerate(net.parameters()):
        parameter.copy_(values(tuple(parameter.shape), seed))
random.seed(1)
np.random.seed(1)
torch.save(
    {
        "epoch": 3,
        "args": argparse.Namespace(hidden=4, path=pathlib.PurePosixPath("runs/1"), device=torch.device("cpu")),
        "model_state": net.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
        "best": np.float64(0.5),
        "history": [{"loss": 0.25, "accuracy": np.float32(1)}, (1, 2.5, None, True, 1 << 80, b"bytes", {1, 2})],
        "rng": {"torch": torch.arange(8, dtype=torch.uint8), "numpy": np.random.RandomState(1), "python": random.getstate()[:1]},
        "dtype": torch.float32,
        "size": torch.Size([2, 3]),
    },
    "training.pt",
)
torch.save({"generator": net.state_dict(), "nested": {"critic.old": net.state_dict()}}, "two-models.pt")
torch.save({"weights": {"epoch": 1}, "epoch": 2}, "no-tensors.pt")
torch.save(net, "module.pt")
torch.save({"net": net, "epoch": 1}, "module-inside.pt")


class Evil:
    def __reduce__(self):
        return (os.system, ("touch lstmc-test-was-here",))


torch.save({"weight": values((2,)), "evil": Evil()}, "malicious.pt")
torch.save({"epoch": Evil(), "state_dict": {"weight": values((2,))}}, "malicious-inside.pt")

# What a big-endian machine writes: the same zip with the storages' bytes the other way round.
with zipfile.ZipFile("plain.pt") as little, zipfile.ZipFile("big-endian.pt", "w") as big:
    sizes = {str(key): tensor.element_size() for key, tensor in enumerate(plain.values())}
    for name in little.namelist():
        data = little.read(name)
        if name.endswith("/byteorder"):
            data = b"big"
        elif "/data/" in name:
            size = sizes[name.rsplit("/", 1)[1]]
            data = b"".join(data[i : i + size][::-1] for i in range(0, len(data), size))
        big.writestr(name, data)

array = base.numpy()
np.save("f4.npy", array)
np.save("f4-big-endian.npy", array.astype(">f4"))
np.save("f8-fortran.npy", np.asfortranarray(array.astype("f8")))
np.save("f2.npy", array.astype("f2"))
np.save("i4-big-endian.npy", np.array([[1, -2], [3, 1 << 30]], dtype=">i4"))
np.save("i8.npy", np.array([1, -2, 1 << 40], dtype="i8"))
np.save("b1.npy", np.array([True, False]))
np.save("scalar.npy", np.float32(0.5))
for version in (2, 3):
    with open(f"f4-v{version}.npy", "wb") as file:
        np.lib.format.write_array(file, array, version=(version, 0))
