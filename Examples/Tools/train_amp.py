# SPDX-License-Identifier: Apache-2.0
#
# Makes amp.json, a small amplifier in GuitarML's format: an LSTM of 12 units and a linear layer, 3 inputs (the sound and two
# knobs), `skip` 1, which adds the first input to the output. Trained on a made overdrive whose knobs are gain and tone.
#
#     pip install torch==2.13.0 && python train_amp.py       some minutes

import json
import math
import torch

torch.manual_seed(11)
torch.set_num_threads(1)
RATE = 44100


def strings(batch, steps):
    """Plucked strings of random pitch and loudness: (batch, steps)."""
    time = torch.arange(steps) / RATE
    pitch = 82.4 * 2 ** (torch.rand(batch, 1) * 3)
    sound = sum(torch.sin(2 * math.pi * pitch * n * time) / n * torch.exp(-time * 3 * n) for n in range(1, 6))
    return sound * (0.1 + 0.6 * torch.rand(batch, 1))


def overdrive(sound, gain, tone):
    """What is learned: a soft clipper behind a gain, then a one-pole low-pass."""
    clipped = torch.tanh(sound * (1 + 15 * gain[:, None]))
    keep = (0.15 + 0.8 * tone)[:, None]
    level, output = torch.zeros(sound.shape[0]), []
    for step in range(sound.shape[1]):
        level = level + keep[:, 0] * (clipped[:, step] - level)
        output.append(level)
    return torch.stack(output, dim=1)


rec, lin = torch.nn.LSTM(3, 12, batch_first=True), torch.nn.Linear(12, 1)
parameters = list(rec.parameters()) + list(lin.parameters())
optimizer = torch.optim.Adam(parameters, lr=0.01)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 250)
for step in range(250):
    gain, tone = torch.rand(16), torch.rand(16)
    sound = strings(16, 400)
    target = overdrive(sound, gain, tone)
    knobs = torch.stack([gain, tone], dim=1)[:, None].expand(-1, sound.shape[1], -1)
    y, _ = rec(torch.cat([sound[..., None], knobs], dim=2))
    loss = (lin(y)[..., 0] + sound - target).square().mean()
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1)
    optimizer.step()
    schedule.step()
print(f"mean squared error {loss.item():.5f}")

state = {f"rec.{name}": value for name, value in rec.state_dict().items()}
state |= {f"lin.{name}": value for name, value in lin.state_dict().items()}
data = {"model": "SimpleRNN", "input_size": 3, "skip": 1, "output_size": 1, "unit_type": "LSTM", "num_layers": 1,
        "hidden_size": 12, "bias_fl": True}
rounded = {name: json.loads(json.dumps(tensor.tolist())) for name, tensor in state.items()}
with open("amp.json", "w") as file:
    json.dump({"model_data": data, "state_dict": rounded}, file)
    file.write("\n")
