"""Handwritten-digit CNN: trains it (`--train`), writes digits.onnx and the recorded inputs.

    python export.py            # from the weights beside this file
    python export.py --train    # trains first, prints the held-out accuracy

Data: scikit-learn's digits (Optical Recognition of Handwritten Digits, UCI, CC BY 4.0), pixels scaled to 0…1.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).resolve().parent
SEED = 20240
OUTPUT_NAMES = ["logits"]


class DigitsNet(nn.Module):
    """float32 [batch, 1, 8, 8] → logits [batch, 10]."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1, bias=False),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout2d(0.1),
            nn.Conv2d(16, 32, 3, padding=1, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.AvgPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Dropout(0.25), nn.Linear(32 * 2 * 2, 48), nn.ReLU(), nn.Linear(48, 10)
        )

    def forward(self, image):
        return self.classifier(self.features(image))


def build():
    from safetensors.torch import load

    net = DigitsNet()
    net.load_state_dict(load((HERE / "weights.safetensors").read_bytes()))
    return net.eval()


def digits():
    """Training and held-out images with their labels; one fifth is held out, stratified."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    data = load_digits()
    images = (data.images / 16.0).astype(np.float32)[:, None]
    labels = data.target.astype(np.int64)
    return train_test_split(images, labels, test_size=0.2, random_state=SEED, stratify=labels)


def train():
    from safetensors.torch import save_file

    torch.manual_seed(SEED)
    train_x, _, train_y, _ = digits()
    images, labels = torch.from_numpy(train_x), torch.from_numpy(train_y)
    net = DigitsNet().train()
    epochs, size = 30, 64
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for _ in range(epochs):
        for batch in torch.randperm(len(images)).split(size):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(images[batch]), labels[batch]).backward()
            optimizer.step()
        schedule.step()
    save_file(net.state_dict(), HERE / "weights.safetensors")


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    if "--train" in sys.argv[1:]:
        train()
    net = build()
    _, test_x, _, test_y = digits()
    with torch.no_grad():
        accuracy = (net(torch.from_numpy(test_x)).argmax(1).numpy() == test_y).mean()
    print(f"held-out accuracy {accuracy:.2%} of {len(test_y)}")
    if accuracy <= 0.95:
        raise SystemExit("the net must reach more than 95 % before it is exported")

    # PRESERVE keeps BatchNormalization as nodes of their own instead of folding them into the convolutions.
    torch.onnx.export(
        net,
        (torch.zeros(2, 1, 8, 8),),
        HERE / "digits.onnx",
        input_names=["image"],
        output_names=OUTPUT_NAMES,
        dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
        training=torch.onnx.TrainingMode.PRESERVE,
        opset_version=17,
        dynamo=False,
    )
    (HERE / "inputs").mkdir(exist_ok=True)
    np.savez(HERE / "inputs" / "held-out.npz", image=test_x[:32], label=test_y[:32])
    broken = test_x[:3].copy()
    broken[1, 0, 3, 4] = np.nan
    np.savez(HERE / "inputs" / "nan-pixel.npz", image=broken)


if __name__ == "__main__":
    main()
