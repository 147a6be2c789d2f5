"""One digit classifier in four forms: writes net.onnx (as exported), net-simplified.onnx, net-fp16.onnx, net-int8.onnx.

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
SEED = 99
OUTPUT_NAMES = ["logits"]


class Inverted(nn.Module):
    """Inverted residual: widen, depthwise, narrow, add."""

    def __init__(self, channels):
        super().__init__()
        wide = 3 * channels
        self.path = nn.Sequential(
            nn.Conv2d(channels, wide, 1, bias=False),
            nn.BatchNorm2d(wide),
            nn.ReLU(),
            nn.Conv2d(wide, wide, 3, padding=1, groups=wide, bias=False),
            nn.BatchNorm2d(wide),
            nn.ReLU(),
            nn.Conv2d(wide, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x):
        return x + self.path(x)


class Net(nn.Module):
    """float32 [batch, 1, 8, 8] → logits [batch, 10]."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, 12, 3, padding=1, bias=False), nn.BatchNorm2d(12), nn.ReLU(), nn.AvgPool2d(2)
        )
        self.blocks = nn.Sequential(Inverted(12), Inverted(12))
        self.classifier = nn.Linear(12 * 4 * 4, 10)

    def forward(self, image):
        x = self.blocks(self.stem(image))
        # The batch is read from the graph, so the exporter leaves shape nodes for the simplifier to remove.
        return self.classifier(x.reshape(image.shape[0], -1))


def build():
    from safetensors.torch import load

    net = Net()
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
    net = Net().train()
    epochs, size = 20, 64
    optimizer = torch.optim.AdamW(net.parameters(), lr=5e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for _ in range(epochs):
        for batch in torch.randperm(len(images)).split(size):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(images[batch]), labels[batch]).backward()
            optimizer.step()
        schedule.step()
    save_file(net.state_dict(), HERE / "weights.safetensors")


def export(net, path):
    # PRESERVE and no folding leave the graph as the module was written; simplify() does the rest.
    torch.onnx.export(
        net,
        (torch.zeros(2, 1, 8, 8),),
        path,
        input_names=["image"],
        output_names=OUTPUT_NAMES,
        dynamic_axes={name: {0: "batch"} for name in ["image", *OUTPUT_NAMES]},
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
        opset_version=17,
        dynamo=False,
    )


def simplify(source, path):
    import onnx
    import onnxslim

    onnx.save(onnxslim.slim(onnx.load(source)), path)


def to_float16(source, path):
    """Weights, input and output in float16; the suite casts the inputs and widens the output."""
    import onnx
    from onnxruntime.transformers.float16 import convert_float_to_float16

    onnx.save(convert_float_to_float16(onnx.load(source), keep_io_types=False), path)


def to_int8(source, path, calibration):
    """QDQ, weights per channel, activations calibrated by their extremes over the given images.

    Seven-bit weights (`reduce_range`): on CPUs without VNNI the sums of u8 × s8 products saturate at 16 bits,
    and the numbers would then depend on the host.
    """
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Images(CalibrationDataReader):
        def __init__(self):
            self.batches = iter(np.array_split(calibration, 8))

        def get_next(self):
            batch = next(self.batches, None)
            return None if batch is None else {"image": batch}

    quantize_static(
        source,
        path,
        Images(),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        reduce_range=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    if "--train" in sys.argv[1:]:
        train()
    net = build()
    train_x, test_x, _, test_y = digits()
    with torch.no_grad():
        accuracy = (net(torch.from_numpy(test_x)).argmax(1).numpy() == test_y).mean()
    print(f"held-out accuracy {accuracy:.2%} of {len(test_y)}")

    exported, simplified = HERE / "net.onnx", HERE / "net-simplified.onnx"
    export(net, exported)
    simplify(exported, simplified)
    to_float16(simplified, HERE / "net-fp16.onnx")
    calibration = train_x[np.random.default_rng(SEED).permutation(len(train_x))[:256]]
    to_int8(simplified, HERE / "net-int8.onnx", calibration)
    (HERE / "inputs").mkdir(exist_ok=True)
    np.savez(HERE / "inputs" / "held-out.npz", image=test_x[32:64], label=test_y[32:64])


if __name__ == "__main__":
    main()
