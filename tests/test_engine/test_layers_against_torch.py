"""Every layer beside PyTorch: values, and the gradients of the input and of all parameters, in float64."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import layers
from engine.tensors import Tensor

torch = pytest.importorskip("torch", reason="PyTorch is a second witness that only tests use; it is not installed")
F = torch.nn.functional


@dataclass
class Both:
    """Output, gradient of the input and gradients of the parameters, ours and PyTorch's."""

    ours: list[np.ndarray]
    theirs: list[np.ndarray]

    def agree(self) -> bool:
        assert len(self.ours) == len(self.theirs)
        for mine, other in zip(self.ours, self.theirs, strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9)
        return True


def both(layer: Any, witness: Any, x: np.ndarray) -> Both:
    """The layer beside witness(x, parameters by path), on the same numbers and with the same gradient handed in."""
    rng = np.random.default_rng(len(layer.parameters()))
    for parameter in layer.parameters():
        parameter.value[...] = rng.standard_normal(parameter.shape) / 2  # a bias of zeros would hide that it is used
    images, copy = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    copies = {path: torch.tensor(p.value, requires_grad=True) for path, p in layer.named_parameters()}
    output, other = layer(images), witness(copy, copies)
    seed = rng.standard_normal(output.shape)
    output.backward(seed)
    other.backward(torch.tensor(seed))
    ours = [output.value, images.grad, *(parameter.grad for parameter in layer.parameters())]
    return Both(ours, [leaf.numpy() for leaf in (other.detach(), copy.grad, *(leaf.grad for leaf in copies.values()))])


def numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(list(shape)).standard_normal(shape)


def convolved(x, p, layer, prefix=""):
    patches = layer.patches
    weight = p[f"{prefix}weight"].T.reshape(layer.out_channels, layer.in_channels, *2 * [patches.kernel_size])
    places = {"stride": patches.stride, "padding": patches.padding, "dilation": patches.dilation}
    return F.conv2d(x, weight, p.get(f"{prefix}bias"), **places)


@st.composite
def windows(draw, *, most_padding):
    """Kernel width, stride, padding, dilation, height and width of images that the kernel fits in."""
    kernel, stride, dilation = (draw(st.integers(1, most)) for most in (3, 4, 2))
    padding = draw(st.integers(0, most_padding(kernel)))
    reach = (kernel - 1) * dilation + 1 if most_padding(3) > 1 else kernel
    least = max(1, reach - 2 * padding)
    return kernel, stride, padding, dilation, draw(st.integers(least, least + 5)), draw(st.integers(least, least + 5))


@settings(max_examples=40)
@given(windows(most_padding=lambda kernel: 2), st.integers(1, 3), st.integers(1, 3), st.booleans())
def test_conv2d_agrees_for_every_stride_padding_and_dilation(window, n_in, n_out, bias):
    kernel, stride, padding, dilation, height, width = window
    layer = layers.Conv2d(n_in, n_out, kernel, stride, padding, dilation, bias)

    assert both(layer, lambda x, p: convolved(x, p, layer), numbers(2, n_in, height, width)).agree()


@settings(max_examples=40)
@given(windows(most_padding=lambda kernel: 0))
def test_avgpool2d_agrees_for_strides_that_do_not_divide_the_image(window):
    kernel, stride, _, _, height, width = window
    layer = layers.AvgPool2d(kernel, stride)

    assert both(layer, lambda x, p: F.avg_pool2d(x, kernel, stride), numbers(2, 3, height, width)).agree()


@settings(max_examples=40)
@given(windows(most_padding=lambda kernel: kernel // 2))
def test_maxpool2d_agrees_where_no_entries_tie(window):
    kernel, stride, padding, _, height, width = window
    layer = layers.MaxPool2d(kernel, stride, padding)

    # All negative: padding that counted as 0 would win.
    images = numbers(2, 3, height, width) - 10
    assert both(layer, lambda x, p: F.max_pool2d(x, kernel, stride, padding), images).agree()


@settings(max_examples=40)
@given(windows(most_padding=lambda kernel: kernel // 2))
def test_maxpool2d_shares_the_gradient_among_ties_as_amax_does(window):
    kernel, stride, padding, _, height, width = window
    images = np.round(numbers(2, 3, height, width))  # few different numbers, so that many tie

    def witness(x, p):
        padded = F.pad(x, 4 * [padding], value=-torch.inf)
        return padded.unfold(2, kernel, stride).unfold(3, kernel, stride).amax(dim=(-1, -2))

    assert both(layers.MaxPool2d(kernel, stride, padding), witness, images).agree()


@pytest.mark.parametrize("pool", [layers.AvgPool2d, layers.MaxPool2d])
def test_a_pooling_without_a_stride_takes_steps_as_wide_as_its_kernel(pool):
    witness = {layers.AvgPool2d: F.avg_pool2d, layers.MaxPool2d: F.max_pool2d}[pool]

    assert both(pool(2), lambda x, p: witness(x, 2), numbers(1, 2, 5, 4)).agree()


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (2, 1)])
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_layernorm_agrees(shape, eps):
    layer = layers.LayerNorm(shape[-1], eps)

    assert both(layer, lambda x, p: F.layer_norm(x, shape[-1:], p["gain"], p["bias"], eps), numbers(*shape)).agree()


@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_batchnorm2d_agrees_with_pytorch_in_training(eps):
    def witness(x, p):
        return F.batch_norm(x, None, None, p["gain"], p["bias"], training=True, eps=eps)

    assert both(layers.BatchNorm2d(3, eps), witness, numbers(4, 3, 2, 5)).agree()


def printed_attention(x, p, prefix=""):
    """The practice exam's SingleHeadAttention, line by line, on PyTorch's tensors."""
    queries = x @ p[f"{prefix}Wq"]
    keys = x @ p[f"{prefix}Wk"]
    exponentials = torch.exp(keys @ torch.movedim(queries, 1, 2))
    weights = exponentials / torch.sum(exponentials, dim=1, keepdim=True)
    mixed = torch.movedim(x, 1, 2) @ weights
    return torch.movedim(mixed, 1, 2) @ p[f"{prefix}Wv"]


def printed_mlp(x, p, prefix=""):
    hidden = torch.relu(x @ p[f"{prefix}Wh"] + p[f"{prefix}bh"])
    return hidden @ p[f"{prefix}Wo"] + p[f"{prefix}bo"]


def test_single_head_attention_agrees_with_the_exam_run_on_pytorch():
    assert both(layers.SingleHeadAttention(3), printed_attention, numbers(2, 5, 3)).agree()


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("shape", [(2, 5, 3), (1, 1, 4), (2, 2, 4, 3)])
def test_scaled_attention_agrees(causal, shape):
    def witness(x, p):
        return F.scaled_dot_product_attention(x @ p["Wq"], x @ p["Wk"], x @ p["Wv"], is_causal=causal)

    assert both(layers.ScaledAttention(shape[-1], causal), witness, numbers(*shape)).agree()


def many_heads(x, p, n_heads, n_groups, causal, prefix=""):
    queries, keys, values = (
        (x @ p[f"{prefix}{name}"]).unflatten(2, (n, -1)).transpose(1, 2)
        for name, n in (("Wq", n_heads), ("Wk", n_groups), ("Wv", n_groups))
    )
    mixed = F.scaled_dot_product_attention(queries, keys, values, is_causal=causal, enable_gqa=True)
    return mixed.transpose(1, 2).flatten(2) @ p[f"{prefix}Wo"]


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("n_heads", "n_groups"), [(1, None), (3, None), (6, 2), (6, 3), (4, 1), (3, 3)])
def test_multi_head_attention_agrees(n_heads, n_groups, causal):
    layer = layers.MultiHeadAttention(n_heads, 2, n_groups, causal)

    def witness(x, p):
        return many_heads(x, p, n_heads, n_groups or n_heads, causal)

    assert both(layer, witness, numbers(2, 5, 2 * n_heads)).agree()


def test_multi_head_attention_agrees_with_pytorchs_own_layer():
    layer, x = layers.MultiHeadAttention(3, 4), numbers(2, 5, 12)
    theirs = torch.nn.MultiheadAttention(12, 3, bias=False, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.tensor(np.concatenate([w.value.T for w in (layer.Wq, layer.Wk, layer.Wv)])))
        theirs.out_proj.weight.copy_(torch.tensor(layer.Wo.value.T))
        expected = theirs(*3 * [torch.tensor(x)], need_weights=False)[0]

    np.testing.assert_allclose(expected.numpy(), layer(Tensor(x)).value, rtol=1e-9)


def test_the_mlp_agrees():
    assert both(layers.MLP(3, 7), printed_mlp, numbers(2, 5, 3)).agree()


def test_the_exams_transformer_block_agrees():
    def witness(x, p):
        return printed_mlp(printed_attention(x, p, "att."), p, "mlp.")

    assert both(layers.TransformerBlock(3, 7), witness, numbers(2, 5, 3)).agree()


@pytest.mark.parametrize(("n_groups", "causal"), [(None, False), (2, True)])
def test_the_block_with_layer_norms_agrees(n_groups, causal):
    def witness(x, p):
        normed = F.layer_norm(x, (12,), p["norm1.gain"], p["norm1.bias"])
        attended = x + many_heads(normed, p, 4, n_groups or 4, causal, "att.")
        normed = F.layer_norm(attended, (12,), p["norm2.gain"], p["norm2.bias"])
        return attended + printed_mlp(normed, p, "mlp.")

    assert both(layers.PreNormBlock(4, 3, 5, n_groups, causal), witness, numbers(2, 6, 12)).agree()


def test_lenet5_agrees():
    layer = layers.LeNet5()

    def witness(x, p):
        for name in ("conv1", "conv2"):
            x = F.avg_pool2d(torch.relu(convolved(x, p, getattr(layer, name), f"{name}.")), 2)
        x = x.flatten(1)
        for name in ("fc1", "fc2", "fc3"):
            x = (x if name == "fc1" else torch.relu(x)) @ p[f"{name}.weight"] + p[f"{name}.bias"]
        return x

    assert both(layer, witness, numbers(2, 1, 32, 32)).agree()
