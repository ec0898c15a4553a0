# SPDX-License-Identifier: Apache-2.0
#
# Makes vad.safetensors, a small voice-activity detector of Silero VAD's shape for 8 kHz, and voice.wav, two seconds of noise
# and hum with two voices in it. It uses no recording: the voices are harmonics of a gliding pitch under moving formants, and
# what must not count as voice is noise, hum, beeps, clicks and silence.
#
#     pip install torch==2.13.0 safetensors==0.8.0
#     python train_vad.py OUTPUT.safetensors OUTPUT.wav       some minutes

import math
import sys
import wave

import torch
from safetensors.torch import save_file

torch.manual_seed(5)
torch.set_num_threads(1)
RATE, FRAME, CONTEXT, WINDOW, HOP = 8000, 256, 32, 128, 64
BANDS, ROUNDS = WINDOW // 2 + 1, 30


class Vad(torch.nn.Module):
    """Frames of 32 samples of context and 256 new ones in, (batch, time, 288); probabilities out, (batch, time, 1)."""

    def __init__(self):
        super().__init__()
        self.stft_conv = torch.nn.Conv1d(1, 2 * BANDS, WINDOW, stride=HOP, bias=False)
        self.conv1 = torch.nn.Conv1d(BANDS, 12, 3, padding=1)
        self.conv2 = torch.nn.Conv1d(12, 12, 3, padding=1, stride=2)
        self.conv3 = torch.nn.Conv1d(12, 12, 3, padding=1, stride=2)
        self.conv4 = torch.nn.Conv1d(12, 12, 3, padding=1)
        self.lstm = torch.nn.LSTM(12, 16, batch_first=True)
        self.final_conv = torch.nn.Conv1d(16, 1, 1)
        # A short-time Fourier transform is a convolution: each band has a cosine and a sine under a Hann window.
        sample = torch.arange(WINDOW, dtype=torch.float64)
        angle = 2 * math.pi / WINDOW * torch.arange(BANDS)[:, None] * sample
        window = 0.5 - 0.5 * torch.cos(2 * math.pi / WINDOW * sample)
        weight = torch.cat([window * torch.cos(angle), -window * torch.sin(angle)])
        self.stft_conv.weight = torch.nn.Parameter(weight[:, None].float(), requires_grad=False)

    def magnitudes(self, frames):
        padded = torch.nn.functional.pad(frames.flatten(0, 1)[:, None], (0, 32), mode="reflect")
        re, im = self.stft_conv(padded).chunk(2, dim=1)
        return torch.sqrt(re.square() + im.square()).unflatten(0, frames.shape[:2])

    def logits(self, magnitudes):
        y = magnitudes.flatten(0, 1)
        for layer in [self.conv1, self.conv2, self.conv3, self.conv4]:
            y = torch.relu(layer(y))
        y, _ = self.lstm(y.flatten(1).unflatten(0, magnitudes.shape[:2]))
        return self.final_conv(torch.relu(y).transpose(1, 2)).transpose(1, 2)


def frames_of(sound):
    """(batch, samples) as (batch, time, 288): each frame begins with the last samples of the one before."""
    return torch.nn.functional.pad(sound, (CONTEXT, 0)).unfold(1, CONTEXT + FRAME, FRAME)


def uniform(low, high, *shape):
    return low + (high - low) * torch.rand(*shape)


def voices(batch, samples):
    """Harmonics of a gliding pitch with vibrato, under three formants that move: (batch, samples)."""
    time = torch.arange(samples) / RATE
    wander = lambda: torch.sin(2 * math.pi * (uniform(0.5, 4, batch, 1) * time + torch.rand(batch, 1)))
    pitch = 85 * 2 ** uniform(0, 1.8, batch, 1) * (1 + 0.12 * wander() + 0.02 * torch.sin(2 * math.pi * 5.5 * time))
    phase = 2 * math.pi * torch.cumsum(pitch, dim=1) / RATE
    formants = [(500, 0.4, 90), (1450, 0.4, 130), (2600, 0.15, 200)]
    formants = [(middle * (1 + depth * wander()), width) for middle, depth, width in formants]
    sound = torch.zeros(batch, samples)
    for n in range(1, 36):
        gain = sum(1 / (1 + ((n * pitch - centre) / width).square()) for centre, width in formants)
        sound += torch.where(n * pitch < 3800, (0.05 + gain) / n, 0) * torch.sin(n * phase)
    # Syllables, and some breath.
    sound = sound * (0.55 + 0.45 * wander()) + 0.02 * torch.randn(batch, samples)
    return sound / sound.square().mean(dim=1, keepdim=True).sqrt()


def gates(batch, samples, count, shortest, longest):
    """Where something sounds, 1, and where not, 0, with edges of 10 ms: (batch, samples)."""
    time, open_ = torch.arange(samples) / RATE, torch.zeros(batch, samples)
    for _ in range(count):
        start = uniform(-0.3, samples / RATE, batch, 1)
        length = uniform(shortest, longest, batch, 1)
        open_ = torch.maximum(open_, ((time - start) / 0.01).clamp(0, 1) * ((start + length - time) / 0.01).clamp(0, 1))
    return open_


def noises(batch, samples):
    """Coloured noise, hum of the mains, beeps and clicks, each by its chance and loudness: (batch, samples)."""
    level = lambda low, high, chance: 10 ** uniform(low, high, batch, 1) * (torch.rand(batch, 1) < chance)
    spectrum = torch.fft.rfft(torch.randn(batch, samples))
    tilt = torch.linspace(0.02, 1, spectrum.shape[1]) ** -uniform(0, 1, batch, 1)
    noise = torch.fft.irfft(spectrum * tilt, n=samples)
    noise = noise / noise.square().mean(dim=1, keepdim=True).sqrt()
    bursts = 0.1 + gates(batch, samples, 2, 0.1, 1) if torch.rand(1) < 0.5 else 1
    time = torch.arange(samples) / RATE
    mains = torch.where(torch.rand(batch, 1) < 0.5, 50, 60)
    hum = sum(torch.sin(2 * math.pi * mains * n * time + n) / n for n in (1, 2, 3, 5))
    beep = torch.sin(2 * math.pi * 150 * 2 ** uniform(0, 4.5, batch, 1) * time) * gates(batch, samples, 1, 0.1, 2)
    click = torch.randn(batch, samples) * (torch.rand(batch, samples) < 0.0003)
    return (level(-3.5, -1.2, 0.9) * noise * bursts + level(-3, -1, 0.6) * hum + level(-2.5, -0.6, 0.4) * beep
            + level(-2, -0.5, 0.3) * click)


def examples(batch, samples):
    """Sounds, and for each frame whether there is a voice in more than half of it."""
    noise, gate = noises(batch, samples), gates(batch, samples, 2, 0.15, 0.9) * (torch.rand(batch, 1) < 0.85)
    floor = noise.square().mean(dim=1, keepdim=True).sqrt().clamp(min=0.003)
    voice = voices(batch, samples) * gate * (floor * 10 ** uniform(0.2, 1.5, batch, 1)).clamp(max=0.25)
    label = gate.unfold(1, FRAME, FRAME).mean(dim=2, keepdim=True) > 0.5
    return (voice + noise).clamp(-1, 1), label.float()


def example_wave():
    """The two seconds that the example listens to: (1, samples)."""
    time = torch.arange(2 * RATE) / RATE
    edges = lambda start, end: ((time - start) / 0.01).clamp(0, 1) * ((end - time) / 0.01).clamp(0, 1)
    voice = voices(2, 2 * RATE)
    noise = 0.008 * torch.randn(2 * RATE) + 0.02 * torch.sin(2 * math.pi * 50 * time)
    return (0.1 * voice[0] * edges(0.42, 0.90) + 0.07 * voice[1] * edges(1.22, 1.66) + noise)[None].clamp(-1, 1)


model = Vad()
sets = []
with torch.no_grad():
    for _ in range(48):
        sound, label = examples(32, 64 * FRAME)
        sets.append((model.magnitudes(frames_of(sound)), label))
held, sets = sets[:4], sets[4:]
parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
optimizer = torch.optim.Adam(parameters, lr=0.004)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, ROUNDS * len(sets))
for index in range(ROUNDS):
    for magnitudes, label in sets:
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model.logits(magnitudes), label)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1)
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        right = torch.stack([((model.logits(x) > 0) == (label > 0)).float().mean() for x, label in held]).mean()
    print(f"round {index + 1}: loss {loss.item():.3f}, {100 * right.item():.1f} % of the frames of other sounds right")

save_file(model.state_dict(), sys.argv[1])
samples = (example_wave()[0] * 32767).round().to(torch.int16)
with wave.open(sys.argv[2], "wb") as file:
    file.setparams((1, 2, RATE, len(samples), "NONE", ""))
    file.writeframes(samples.numpy().tobytes())
