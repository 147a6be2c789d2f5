"""Small U-Net with seeded weights: writes unet.onnx and the recorded inputs.

    python export.py
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
SEED = 3
OUTPUT_NAMES = ["mask"]


class Block(nn.Sequential):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(outputs, eps=1e-3),
            nn.LeakyReLU(0.1),
        )


class UNet(nn.Module):
    """image [batch, 3, height, width], both multiples of 4 → mask in 0…1 [batch, 1, height, width]."""

    def __init__(self):
        super().__init__()
        self.top = Block(3, 8)
        self.middle = Block(8, 16, stride=2)
        self.bottom = Block(16, 24, stride=2)
        self.merge_middle = Block(24 + 16, 16)
        self.up = nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1)
        self.merge_top = Block(8 + 8, 8)
        self.head = nn.Conv2d(8, 1, 1)

    def forward(self, image):
        top = self.top(image)
        middle = self.middle(top)
        bottom = self.bottom(middle)
        raised = F.interpolate(bottom, scale_factor=2.0, mode="bilinear", align_corners=False)
        raised = self.up(self.merge_middle(torch.cat([raised, middle], 1)))
        return torch.sigmoid(self.head(self.merge_top(torch.cat([raised, top], 1))))


def build():
    # The caller's random state is left as it was.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        net = UNet()
        for module in net.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.running_mean, -0.2, 0.2)
                nn.init.uniform_(module.running_var, 0.02, 0.5)
                nn.init.uniform_(module.weight, 0.6, 1.4)
                nn.init.uniform_(module.bias, -0.2, 0.2)
        # Spreads the mask over 0…1.
        net.head.weight.data.mul_(12.0)
    return net.eval()


def recorded():
    """Discs on a gradient, [2, 3, 48, 48] in 0…1."""
    row, column = np.mgrid[0:48, 0:48] / 47
    pictures = []
    for x, y, radius in ((0.35, 0.4, 0.25), (0.6, 0.65, 0.15)):
        disc = ((column - x) ** 2 + (row - y) ** 2 < radius**2) * 0.8
        pictures.append(np.stack([np.maximum(disc, row * 0.3), column * (1 - disc), 0.5 * disc + 0.2 * row]))
    return np.stack(pictures).astype(np.float32)


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    image = recorded()
    size = {0: torch.export.Dim("batch"), 2: 4 * torch.export.Dim("h4"), 3: 4 * torch.export.Dim("w4")}
    program = torch.onnx.export(
        build(),
        (torch.from_numpy(image),),
        input_names=["image"],
        output_names=OUTPUT_NAMES,
        dynamic_shapes={"image": size},
        opset_version=18,
        dynamo=True,
        verbose=False,
    )
    model = program.model_proto
    strip_traces(model)
    onnx.save(model, HERE / "unet.onnx")
    (HERE / "inputs").mkdir(exist_ok=True)
    np.savez(HERE / "inputs" / "discs.npz", image=image)
    broken = image[:1].copy()
    broken[0, 1, 20, 30] = np.nan
    np.savez(HERE / "inputs" / "nan-pixel.npz", image=broken)
    broken[0, 1, 20, 30] = np.inf
    np.savez(HERE / "inputs" / "infinite-pixel.npz", image=broken)


def strip_traces(model):
    """The exporter stores stack traces with paths of the exporting machine; the module scope of a node is kept."""
    graph = model.graph
    for holder in [model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer]:
        kept = [entry for entry in holder.metadata_props if entry.key == "pkg.torch.onnx.name_scopes"]
        del holder.metadata_props[:]
        holder.metadata_props.extend(kept)


if __name__ == "__main__":
    main()
