"""What layers promise beside their formulas: caches, ties, refusals, parameters, and what decoding costs."""

from __future__ import annotations

import numpy as np
import pytest

import engine as ag
from engine import layers
from engine.sizes import declare, symbol
from engine.tensors import STANDARD_TENSOR_RULES, ShapeMismatch, Tensor
from engine.tensors.abstract import AbstractArray
from engine.tensors.counting import Counter, counted
from engine.tensors.filling import AbstractFilling

STEP = 1e-6


def numbers(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).standard_normal(shape)


def printed_convolution(images, layer):
    """The convolution as loops over images, filters and places; kernels of 2 x 2, stride 1."""
    n, _, height, width = images.shape
    output = np.zeros((n, layer.out_channels, height - 1, width - 1))
    for place in np.ndindex(output.shape):
        image, filter_, top, left = place
        patch = images[image, :, top : top + 2, left : left + 2].ravel()
        output[place] = patch @ layer.weight.value[:, filter_] + layer.bias.value[filter_]
    return output


def test_a_convolution_keeps_a_matrix_for_each_size_of_image_that_it_meets():
    layer = layers.Conv2d(2, 3, 2)

    for shape in [(1, 2, 4, 4), (1, 2, 2, 8), (1, 2, 5, 3), (2, 2, 4, 4)]:
        images = numbers(*shape)
        np.testing.assert_allclose(printed_convolution(images, layer), layer(Tensor(images)).value)


def test_a_convolution_takes_the_printed_steps_and_one_more_only_where_there_is_padding():
    printed = "leaf(x) reshape spcmatmul reshape leaf(weight) matmul leaf(bias) add moveaxis reshape"
    x = Tensor(numbers(1, 2, 4, 4), label="x")
    plain, padded = (layers.Conv2d(2, 3, 2, 1, padding)(x).postorder() for padding in (0, 1))

    assert printed.split() == [node.op for node in plain]
    assert printed.replace("(x)", "(x) pad").split() == [node.op for node in padded]


def test_images_of_one_size_share_a_matrix_and_other_types_do_not():
    layer, images = layers.Conv2d(2, 3, 2), numbers(1, 2, 4, 4)
    matrices = [
        next(node for node in layer(Tensor(array)).postorder() if node.op == "spcmatmul").options["matrix"]
        for array in (images, 2 * images, images.astype(np.float32))
    ]

    assert matrices[0] is matrices[1]
    assert matrices[0] is not matrices[2]


def test_a_layer_that_meets_many_sizes_of_image_lets_go_of_old_matrices():
    layer = layers.AvgPool2d(1)
    for height in range(1, 40):
        layer(Tensor(numbers(1, 1, height, 1)))

    assert len(layer.patches._matrices) <= 8


def test_four_entries_that_tie_receive_a_quarter_each():
    images = Tensor(np.ones((1, 1, 2, 2)), requires_grad=True)
    layers.MaxPool2d(2)(images).backward(np.ones((1, 1, 1, 1)))

    assert [[0.25, 0.25], [0.25, 0.25]] == images.grad[0, 0].tolist()


def slopes(layer, x, seed):
    """The change of sum(seed * layer(x)) with each entry of x."""
    found = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        ends = []
        for step in (STEP, -STEP):
            moved = x.copy()
            moved[place] += step
            ends.append((seed * layer(Tensor(moved)).value).sum())
        found[place] = (ends[0] - ends[1]) / (2 * STEP)
    return found


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (layers.Conv2d(2, 2, 2, 2, 1, 2), (1, 2, 4, 5)),
        (layers.MaxPool2d(3, 2, 1), (1, 2, 4, 5)),
        (layers.BatchNorm2d(2), (2, 2, 3, 2)),
        (layers.SingleHeadAttention(3), (2, 4, 3)),
        (layers.PreNormBlock(4, 2, 3, 2, True), (1, 3, 8)),
    ],
)
def test_the_gradient_of_the_input_is_the_slope_between_close_points(layer, shape):
    x = Tensor(numbers(*shape), requires_grad=True)
    output = layer(x)
    seed = numbers(*output.shape, seed=1)
    output.backward(seed)

    np.testing.assert_allclose(slopes(layer, x.value, seed), x.grad, rtol=1e-5, atol=1e-6)


def test_a_causal_layer_does_not_see_what_comes_later():
    x = numbers(1, 6, 8)
    changed = np.concatenate([x[:, :4], numbers(1, 2, 8, seed=1)], axis=1)

    for layer in (layers.ScaledAttention(8, True), layers.MultiHeadAttention(4, 2, 2, True)):
        np.testing.assert_array_equal(layer(Tensor(x)).value[:, :4], layer(Tensor(changed)).value[:, :4])
        assert (layer(Tensor(x)).value[:, 4:] != layer(Tensor(changed)).value[:, 4:]).any()


def test_the_exams_p_is_features_by_context():
    """The printed solution says (n_samples, n_context, n_context); the printed code says otherwise."""
    nodes = layers.SingleHeadAttention(3)(Tensor(numbers(2, 5, 3))).postorder()

    queries, keys, keys_queries, p, output = (node.shape for node in nodes if node.op == "matmul")
    assert queries == keys == output == (2, 5, 3)
    assert (2, 5, 5) == keys_queries
    assert (2, 3, 5) == p


def test_lenet5_has_61706_parameters():
    paths = [path for path, _ in layers.LeNet5().named_parameters()]

    assert 61_706 == layers.LeNet5().n_parameters
    assert ["conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "fc1.weight"] == paths[:5]


# Paper: GPT-3 has 96 layers with 96 heads of width 128; LLaMA 2 70B has 80 layers, 8 groups of width 128.
@pytest.mark.parametrize(
    ("sizes", "itemsize", "expected"),
    [((96, 1, 2048, 96, 128), 2, 9_663_676_416), ((80, 1, 4096, 8, 128), 2, 1_342_177_280), ((1, 1, 1, 1, 1), 8, 16)],
)
def test_the_bytes_of_a_key_value_cache(sizes, itemsize, expected):
    assert expected == layers.key_value_cache_bytes(*sizes, itemsize=itemsize)


def test_the_bytes_of_a_key_value_cache_are_those_of_the_keys_and_values_of_every_layer():
    attentions = [layers.MultiHeadAttention(6, 2, 3) for _ in range(4)]
    x = Tensor(numbers(5, 7, 12))
    held = sum((x @ weight).value.nbytes for layer in attentions for weight in (layer.Wk, layer.Wv))

    assert held == layers.key_value_cache_bytes(4, 5, 7, 3, 2)


def test_a_key_value_cache_is_written_in_the_sizes_of_the_exercise():
    names = [symbol(name) for name in ("n_layers", "N", "T", "G", "Dh")]

    assert "16*n_layers*N*T*G*Dh" == str(layers.key_value_cache_bytes(*names))


N_HEADS, N_GROUPS, HEAD_WIDTH = 4, 2, 3


def decoded(layer, x):
    """The last token's output and the multiplications that it took, with the keys and values of the others at hand."""
    counter = Counter()
    weights = {path: counted(weight.value, counter) for path, weight in layer.named_parameters()}
    keys, values = x[:-1] @ layer.Wk.value, x[:-1] @ layer.Wv.value
    new = counted(x[-1], counter)
    query, key, value = (new @ weights[name] for name in ("Wq", "Wk", "Wv"))
    keys, values = np.vstack([keys, key]), np.vstack([values, value])
    mixed = []
    for head in range(N_HEADS):
        group = head // (N_HEADS // N_GROUPS)
        own, shared = (slice(k * HEAD_WIDTH, (k + 1) * HEAD_WIDTH) for k in (head, group))
        exponentials = np.exp((keys[:, shared] @ query[own]) / np.sqrt(HEAD_WIDTH))
        mixed.append((exponentials / exponentials.sum()) @ values[:, shared])
    return (np.concatenate(mixed) @ weights["Wo"]).astype(float), counter.multiplications


@pytest.mark.parametrize("n_context", [1, 2, 5])
def test_a_decoding_step_with_a_cache_costs_what_numbers_that_count_have_done(n_context):
    layer = layers.MultiHeadAttention(N_HEADS, HEAD_WIDTH, N_GROUPS, causal=True)
    x = numbers(n_context, N_HEADS * HEAD_WIDTH)
    output, n_multiplications = decoded(layer, x)

    np.testing.assert_allclose(output, layer(Tensor(x[None])).value[0, -1])
    assert n_multiplications == layers.cached_step_multiply_adds(n_context, N_HEADS, N_GROUPS, HEAD_WIDTH)


@pytest.mark.parametrize("n_context", [1, 2, 5])
def test_a_decoding_step_without_a_cache_costs_what_numbers_that_count_have_done(n_context):
    layer, counter = layers.MultiHeadAttention(N_HEADS, HEAD_WIDTH, N_GROUPS, causal=True), Counter()
    for parameter in layer.parameters():
        parameter.value = counted(parameter.value, counter)
    layer(Tensor(counted(numbers(1, n_context, N_HEADS * HEAD_WIDTH), counter)))

    assert counter.multiplications == layers.uncached_step_multiply_adds(n_context, N_HEADS, N_GROUPS, HEAD_WIDTH)


def test_a_face_knows_every_layer_and_binds_it_to_its_own_rules():
    face = ag.face(tensor_rules=STANDARD_TENSOR_RULES.changed())
    made = [
        face.Conv2d(2, 3, 2), face.BatchNorm2d(3), face.LayerNorm(4), face.SingleHeadAttention(4), face.MLP(4, 2),
        face.ScaledAttention(4, causal=True), face.MultiHeadAttention(2, 2, n_groups=1), face.LeNet5(),
        face.TransformerBlock(4, 3), face.PreNormBlock(2, 2, 3), face.Linear(2, 2),
    ]  # fmt: skip

    assert all(parameter.rules is face.tensor_rules for layer in made for parameter in layer.parameters())
    assert (1, 3, 2, 2) == face.MaxPool2d(2)(face.AvgPool2d(1)(made[0](numbers(1, 2, 5, 5)))).shape


B, H, W = (symbol(name) for name in "BHW")
A, E = symbol("A"), symbol("E")


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (layers.Conv2d(3, 6, 5), (2, 4, 8, 8), r"\(2, 4, 8, 8\), .*numbers of input channels 4 and 3 must agree\.$"),
        (layers.Conv2d(3, 6, 5), (2, 3, 8, 4), "the kernel reaches over 5 pixels, the padded input has 4"),
        (layers.Conv2d(3, 6, 5), (3, 8, 8), r"\(3, 8, 8\).*\(N, Cin, H, W\)"),
        (layers.Conv2d(3, 6, 1), (B, E, 8, 8), r"channels E and 3 must agree; declare 'E == 3'"),
        (layers.Conv2d(3, 6, 2), (B, 3, H, W), r"H < 2 depends on the sizes; declare 'H < 2' or 'H >= 2'"),
        (layers.AvgPool2d(3), (1, 2, 2, 5), r"^pooling: the input is \(1, 2, 2, 5\); the kernel is 3 wide, .* 2\.$"),
        (layers.AvgPool2d(3), (5,), r"^pooling: the input is \(5,\); \(N, C, H, W\) was expected"),
        (layers.MaxPool2d(3, 1, 2), (1, 2, 9, 9), "the kernel is 3 wide, padding is 2; it is at most half"),
        (layers.LayerNorm(5), (2, 1), r"^LayerNorm: the input is \(2, 1\), n_features is 5; 1 and 5 must agree\.$"),
        (layers.LayerNorm(5), (2, E), "E and 5 must agree; declare 'E == 5'"),
        (layers.BatchNorm2d(3), (2, 1, 4, 4), r"^BatchNorm2d: .*, n_channels is 3; 1 and 3 must agree\.$"),
        (layers.BatchNorm2d(3), (2, 3, 4), r"^BatchNorm2d: the input is \(2, 3, 4\); \(N, C, H, W\) was"),
        (layers.MultiHeadAttention(2, 2), (5, 4), r"\(5, 4\); \(n_samples, n_context, n_features\) was expected"),
        (layers.LeNet5(), (2, 1, 28, 28), r"reshape: .* 512 elements; it cannot become \(2, 400\)"),
    ],
)  # fmt: skip
def test_an_input_that_does_not_fit_is_refused_by_a_message_that_names_both(layer, shape, message):
    value = np.zeros(shape) if all(isinstance(size, int) for size in shape) else AbstractArray(shape)

    with pytest.raises(ShapeMismatch, match=message):
        layer(Tensor(value))


@pytest.mark.parametrize(("n_heads", "n_groups"), [(4, 3), (2, 4), (4, 0), (A, E), (A, 2)])
def test_groups_that_do_not_for_certain_divide_the_heads_are_refused(n_heads, n_groups):
    with pytest.raises(ShapeMismatch, match=f"n_heads is {n_heads}, n_groups is {n_groups}; n_groups must divide"):
        layers.MultiHeadAttention(n_heads, 2, n_groups)


def test_heads_declared_to_be_a_multiple_of_the_groups_are_laid_out_in_groups():
    facts = declare("n_heads == G*R")
    n_heads, n_groups, in_group = (symbol(name, facts=facts) for name in ("n_heads", "G", "R"))
    maker = layers.Maker(ag.face().tensor_rules, AbstractFilling())

    assert (n_groups, in_group) == layers.MultiHeadAttention(n_heads, 2, n_groups, maker=maker).query_heads
