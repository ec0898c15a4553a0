"""Trains the small overdrive of the streaming example: y = a low-pass filter of tanh(4 x).

    python3 train_drive.py OUTPUT.safetensors OUTPUT.pt     needs torch and safetensors; made with torch 2.15.0
"""

import sys

import torch
from safetensors.torch import save_file

torch.manual_seed(7)
torch.set_num_threads(1)


class Drive(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(1, 12)
        self.head = torch.nn.Linear(12, 1)

    def forward(self, x):
        return self.head(self.lstm(x)[0])


def amplifier(x):
    """The circuit to learn, sample by sample: (time, batch, 1)."""
    y, state = [], torch.zeros_like(x[0])
    for sample in torch.tanh(4 * x):
        state = state + 0.35 * (sample - state)
        y.append(state)
    return torch.stack(y)


def signal(steps, batch):
    """Chords of three random sines."""
    t = torch.arange(steps, dtype=torch.float32)[:, None, None]
    frequency = torch.rand(3, 1, batch, 1) * 0.25 + 0.01
    phase = torch.rand(3, 1, batch, 1) * 6.28
    return (torch.sin(frequency * t + phase)).mean(0) * torch.rand(1, batch, 1)


model = Drive()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 400)
for step in range(400):
    x = signal(128, 24)
    loss = torch.nn.functional.mse_loss(model(x)[16:], amplifier(x)[16:])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
print(f"mean squared error {loss.item():.2g}")
save_file(model.state_dict(), sys.argv[1])
torch.save(model.state_dict(), sys.argv[2])
