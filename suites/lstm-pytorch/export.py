"""Two-layer bidirectional LSTM with seeded weights: writes lstm.onnx and the recorded inputs.

    python export.py
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).resolve().parent
SEED = 11
FEATURES, HIDDEN, LAYERS = 12, 24, 2
OUTPUT_NAMES = ["output", "h_n", "c_n"]


class Recurrent(nn.Module):
    """signal [batch, length, 12] → output [batch, length, 48], h_n and c_n [4, batch, 24]."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(FEATURES, HIDDEN, LAYERS, batch_first=True, bidirectional=True)

    def forward(self, signal):
        output, (h_n, c_n) = self.lstm(signal)
        return output, h_n, c_n


def build():
    # The caller's random state is left as it was.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        net = Recurrent()
        for parameter in net.parameters():
            nn.init.uniform_(parameter, -0.4, 0.4)
    return net.eval()


def recorded():
    """Damped oscillations, one frequency and phase a feature, [3, 20, 12]."""
    time = np.arange(20) / 20
    feature = np.arange(FEATURES)
    rows = [
        np.sin(2 * np.pi * (1 + feature * 0.5) * time[:, None] * speed + feature) * np.exp(-time[:, None] * damping)
        for speed, damping in ((1.0, 0.0), (1.7, 1.0), (0.4, 3.0))
    ]
    return np.stack(rows).astype(np.float32)


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    signal = recorded()
    torch.onnx.export(
        build(),
        (torch.from_numpy(signal),),
        HERE / "lstm.onnx",
        input_names=["signal"],
        output_names=OUTPUT_NAMES,
        dynamic_axes={
            "signal": {0: "batch", 1: "length"},
            "output": {0: "batch", 1: "length"},
            "h_n": {1: "batch"},
            "c_n": {1: "batch"},
        },
        opset_version=17,
        dynamo=False,
    )
    (HERE / "inputs").mkdir(exist_ok=True)
    np.savez(HERE / "inputs" / "oscillations.npz", signal=signal)


if __name__ == "__main__":
    main()
