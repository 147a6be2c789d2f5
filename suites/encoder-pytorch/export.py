"""Transformer encoder with seeded weights: writes encoder.onnx and the recorded inputs.

    python export.py
"""

import math
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).resolve().parent
SEED = 7
VOCABULARY, WIDTH, HEADS, LAYERS, LONGEST = 128, 48, 4, 2, 64
OUTPUT_NAMES = ["last_hidden_state", "pooled"]
SENTENCES = ["the same numbers", "on every runtime that it ships to", "proved"]


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)

    def heads(self, x):
        return x.reshape(x.shape[0], x.shape[1], HEADS, WIDTH // HEADS).transpose(1, 2)

    def forward(self, x, bias):
        query, key, value = self.heads(self.query(x)), self.heads(self.key(x)), self.heads(self.value(x))
        scores = query @ key.transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + bias
        mixed = (scores.softmax(-1) @ value).transpose(1, 2)
        return self.out(mixed.reshape(x.shape[0], x.shape[1], WIDTH))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = Attention()
        self.attention_norm = nn.LayerNorm(WIDTH)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.activation = nn.GELU()
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, x, bias):
        x = self.attention_norm(x + self.attention(x, bias))
        return self.norm(x + self.down(self.activation(self.up(x))))


class Encoder(nn.Module):
    """int64 [batch, length] ids and mask → last_hidden_state [batch, length, 48], pooled [batch, 48]."""

    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(LONGEST, WIDTH)
        self.norm = nn.LayerNorm(WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.pooler = nn.Linear(WIDTH, WIDTH)

    def forward(self, input_ids, attention_mask):
        kept = attention_mask.to(torch.float32)
        # −1e9 and not −inf: a row of padding alone then attends evenly instead of giving NaN.
        bias = (1.0 - kept)[:, None, None, :] * -1e9
        positions = torch.arange(input_ids.shape[1], device=input_ids.device)
        x = self.norm(self.tokens(input_ids) + self.positions(positions))
        for layer in self.layers:
            x = layer(x, bias)
        weights = kept[:, :, None]
        mean = (x * weights).sum(1) / weights.sum(1).clamp(min=1.0)
        return x, torch.tanh(self.pooler(mean))


def build():
    # The caller's random state is left as it was.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        net = Encoder()
        for name, parameter in net.named_parameters():
            if "norm" in name:
                nn.init.uniform_(parameter, *((0.5, 1.5) if name.endswith("weight") else (-0.3, 0.3)))
            elif parameter.ndim == 2 and "tokens" not in name and "positions" not in name:
                nn.init.xavier_uniform_(parameter, gain=1.4)
    return net.eval()


def recorded():
    """SENTENCES as character codes, padded with 0 to the longest of them."""
    length = max(len(sentence) for sentence in SENTENCES)
    rows = [[ord(letter) for letter in sentence] for sentence in SENTENCES]
    ids = torch.tensor([row + [0] * (length - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in rows])
    return {"input_ids": ids, "attention_mask": mask}


def main():
    from safetensors.torch import save_file

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    inputs = recorded()
    axes = {0: "batch", 1: "length"}
    torch.onnx.export(
        build(),
        (inputs["input_ids"], inputs["attention_mask"]),
        HERE / "encoder.onnx",
        input_names=["input_ids", "attention_mask"],
        output_names=OUTPUT_NAMES,
        dynamic_axes={
            "input_ids": axes,
            "attention_mask": axes,
            "last_hidden_state": axes,
            "pooled": {0: "batch"},
        },
        opset_version=17,
        dynamo=False,
    )
    (HERE / "inputs").mkdir(exist_ok=True)
    save_file(inputs, HERE / "inputs" / "sentences.safetensors")


if __name__ == "__main__":
    main()
