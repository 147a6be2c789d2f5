"""Small image classifier with seeded weights: writes thumbnail.onnx, and an image with what Python makes of it.

    python export.py
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).resolve().parent
SEED = 11
OUTPUT_NAMES = ["probabilities"]
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Classifier(nn.Module):
    """float32 [batch, 3, 16, 16] normalised pixels → [batch, 10] probabilities."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(16, 10),
        )

    def forward(self, pixels):
        return self.layers(pixels).softmax(-1)


def build():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        return Classifier().eval()


def pixels_of(image):
    """uint8 [height, width, 3] → float32 [1, 3, height, width], as in training."""
    scaled = (image.astype(np.float32) / 255 - np.float32(MEAN)) / np.float32(STD)
    return scaled.transpose(2, 0, 1)[None].copy()


def main():
    net = build()
    image = np.random.default_rng(SEED).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    pixels = pixels_of(image)
    probabilities = net(torch.from_numpy(pixels)).detach().numpy()
    np.savez(HERE / "../../fixtures/preprocess.npz", image=image, pixels=pixels, probabilities=probabilities)
    torch.onnx.export(
        net,
        (torch.from_numpy(pixels),),
        HERE / "thumbnail.onnx",
        input_names=["pixels"],
        output_names=OUTPUT_NAMES,
        dynamic_axes={"pixels": {0: "batch"}, "probabilities": {0: "batch"}},
        opset_version=18,
        dynamo=False,
    )


if __name__ == "__main__":
    main()
