"""Published networks written in PyTorch, a third witness: its parameters, and what its own counter counts.

On the device `meta`, where no tensor has entries; the counter counts two operations for each multiply-add.
"""

from __future__ import annotations

import pytest

from tests.test_engine.test_published_gpt2 import GPT_2_SIZES
from tests.test_engine.test_published_nets import NETS

torch = pytest.importorskip("torch", reason="PyTorch is a second witness that only tests use; it is not installed")
flop_counter = pytest.importorskip("torch.utils.flop_counter", reason="this PyTorch has no counter of operations")
nn = torch.nn


def lenet():
    first = [nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2)]
    return nn.Sequential(*first, nn.Flatten(), nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10))


def head(n_in):
    return [nn.Flatten(), nn.Linear(n_in, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)]


def alexnet(*widths, groups=(1, 1, 1, 1, 1), padding=2):
    pool, layers, n_in = nn.MaxPool2d(3, 2), [], 3
    kernels = [(11, 4, padding), (5, 1, 2), (3, 1, 1), (3, 1, 1), (3, 1, 1)]
    for place, (n_out, (kernel, stride, border)) in enumerate(zip(widths, kernels, strict=True)):
        layers += [nn.Conv2d(n_in, n_out, kernel, stride, border, groups=groups[place]), nn.ReLU()]
        layers += [pool] if place in (0, 1, 4) else []
        n_in = n_out
    return nn.Sequential(*layers, *head(256 * 6 * 6))


def vgg(*depths):
    layers, n_in = [], 3
    for depth, n_out in zip(depths, (64, 128, 256, 512, 512), strict=True):
        for _ in range(depth):
            layers += [nn.Conv2d(n_in, n_out, 3, padding=1), nn.ReLU()]
            n_in = n_out
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, *head(512 * 7 * 7))


def normalized(n_in, n_out, kernel, stride=1):
    return [nn.Conv2d(n_in, n_out, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(n_out)]


class Residual(nn.Module):  # type: ignore[misc,name-defined]
    """Some layers beside a projection, or beside nothing where the shapes are the same."""

    def __init__(self, layers, n_in, n_out, stride):
        super().__init__()
        self.layers = nn.Sequential(*layers)
        is_plain = n_in == n_out and stride == 1
        self.shortcut = nn.Identity() if is_plain else nn.Sequential(*normalized(n_in, n_out, 1, stride))

    def forward(self, x):
        return nn.functional.relu(self.layers(x) + self.shortcut(x))


def basic(n_in, n, stride):
    return Residual([*normalized(n_in, n, 3, stride), nn.ReLU(), *normalized(n, n, 3)], n_in, n, stride)


def bottleneck(n_in, n, stride):
    layers = [*normalized(n_in, n, 1), nn.ReLU(), *normalized(n, n, 3, stride), nn.ReLU(), *normalized(n, 4 * n, 1)]
    return Residual(layers, n_in, 4 * n, stride)


def resnet(block, growth, *depths):
    layers, n_in = [*normalized(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
    for depth, n, first in zip(depths, (64, 128, 256, 512), (1, 2, 2, 2), strict=True):
        for place in range(depth):
            layers.append(block(n_in, n, first if place == 0 else 1))
            n_in = growth * n
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(n_in, 1000))


IN_TORCH = {
    "LeNet-5": lenet,
    "AlexNet": lambda: alexnet(64, 192, 384, 256, 256),
    "AlexNet of 2012": lambda: alexnet(96, 256, 384, 384, 256, groups=(1, 2, 1, 2, 2), padding=0),
    "VGG16": lambda: vgg(2, 2, 3, 3, 3),
    "ResNet18": lambda: resnet(basic, 1, 2, 2, 2, 2),
    "ResNet50": lambda: resnet(bottleneck, 4, 3, 4, 6, 3),
}


def n_parameters(net):
    return sum(parameter.numel() for parameter in net.parameters())


def multiply_adds(net, x):
    with flop_counter.FlopCounterMode(display=False) as counter:
        net(x)
    operations = counter.get_total_flops()
    assert operations % 2 == 0
    return operations // 2


@pytest.mark.parametrize("name", IN_TORCH)
def test_pytorch_has_the_same_parameters_and_counts_the_same_multiply_adds(name):
    published = NETS[name]
    with torch.device("meta"):
        net = IN_TORCH[name]()
        images = torch.empty(1, published.channels, published.width, published.width)

    assert published.n_parameters == n_parameters(net)
    assert published.multiply_adds == multiply_adds(net, images)


class Block(nn.Module):  # type: ignore[misc,name-defined]
    """One block of GPT-2."""

    def __init__(self, n_heads, d):
        super().__init__()
        self.n_heads, self.norms = n_heads, nn.ModuleList([nn.LayerNorm(d), nn.LayerNorm(d)])
        self.fused, self.mixed = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.mlp = nn.Sequential(nn.Linear(d, 4 * d), nn.GELU(), nn.Linear(4 * d, d))

    def forward(self, x):
        parts = self.fused(self.norms[0](x)).unflatten(-1, (3, self.n_heads, -1)).permute(2, 0, 3, 1, 4)
        queries, keys, values = parts
        weights = torch.softmax(queries @ keys.transpose(-1, -2), dim=-1)  # a mask changes no count
        x = x + self.mixed((weights @ values).transpose(1, 2).flatten(2))
        return x + self.mlp(self.norms[1](x))


class GPT2(nn.Module):  # type: ignore[misc,name-defined]
    """GPT-2 with 64 features a head."""

    def __init__(self, n_layers, n_heads):
        super().__init__()
        d = 64 * n_heads
        self.words, self.positions = nn.Embedding(50_257, d), nn.Embedding(1024, d)
        self.blocks, self.norm = nn.Sequential(*(Block(n_heads, d) for _ in range(n_layers))), nn.LayerNorm(d)

    def forward(self, tokens):
        x = self.words(tokens) + self.positions(torch.arange(tokens.shape[1], device=tokens.device))
        return self.norm(self.blocks(x)) @ self.words.weight.T


@pytest.mark.parametrize(("n_layers", "n_heads", "published"), GPT_2_SIZES[:2])  # the others take seconds
def test_pytorchs_gpt2_has_the_published_parameters_and_the_multiply_adds_of_its_formula(n_layers, n_heads, published):
    n_tokens, d = 1024, 64 * n_heads
    with torch.device("meta"):
        net = GPT2(n_layers, n_heads)
        tokens = torch.zeros(1, n_tokens, dtype=torch.long)

    assert published == n_parameters(net)
    assert n_tokens * (n_layers * (12 * d**2 + 2 * n_tokens * d) + d * 50_257) == multiply_adds(net, tokens)
