"""GPT-2, run as a printed listing of which no size is known: its published parameters, and the costs of its lines.

The number of layers is fitted, since every block reads what the one before it wrote.
"""

from __future__ import annotations

import pytest

import engine as ag
from engine.sizes import evaluator, same
from tests.test_engine.listing_points import check, symbols
from tests.test_engine.listings_gpt2 import GPT_2

NET = "GPT2(n_layers, n_heads, head_width, n_words, n_positions)"
SIZES = "n_layers n_heads head_width n_words n_positions"
BATCH = f"{SIZES} N T"
Z = symbols(BATCH)
WIDTH = Z["n_heads"] * Z["head_width"]

# Layers, heads, parameters. Radford et al. 2019, table 2 has the layers and widths; its own counts (117M to 1542M) were
# wrong, as OpenAI's repository gpt-2 says, which has 124M, 355M, 774M and 1558M. Exactly: the checkpoints' entries.
GPT_2_SIZES = [
    (12, 12, 124_439_808),
    (24, 16, 354_823_168),
    (36, 20, 774_030_080),
    (48, 25, 1_557_611_200),
]


@pytest.fixture(scope="module")
def n_parameters():
    trace = ag.run_listing(GPT_2, f"n_parameters = {NET}.n_parameters\n[n_parameters]", symbols(SIZES))
    return trace.binding("n_parameters").size


@pytest.fixture(scope="module")
def forward():
    return ag.run_listing(GPT_2, f"{NET}(np.zeros((N, T), dtype=np.int64))", symbols(BATCH))


def test_gpt2_has_twelve_squares_and_thirteen_widths_a_layer_and_its_tables(n_parameters):
    # A block by hand: 3d^2 + 3d for the fused projection, d^2 + d for its output, 8d^2 + 5d for the MLP, 4d for norms.
    tables = (Z["n_words"] + Z["n_positions"]) * WIDTH

    assert same(Z["n_layers"] * (12 * WIDTH**2 + 13 * WIDTH) + tables + 2 * WIDTH, n_parameters)


@pytest.mark.parametrize(("n_layers", "n_heads", "published"), GPT_2_SIZES)
def test_each_gpt2_has_the_published_number_of_parameters(n_parameters, n_layers, n_heads, published):
    sizes = {"n_layers": n_layers, "n_heads": n_heads, "head_width": 64, "n_words": 50_257, "n_positions": 1024}

    assert published == evaluator(n_parameters)(sizes)


# Kaplan et al. 2020, table 1, with d_attn = d_model and d_ff = 4*d_model: FLOPs for each token, two a multiply-add. Its
# "mask" is the product of queries and keys with all n_ctx tokens; the product with the values is left out there.
KAPLAN = {
    "fused = self.queries_keys_values(x)": 6 * Z["n_layers"] * WIDTH**2,
    "scores = queries @": 2 * Z["n_layers"] * Z["T"] * WIDTH,
    "return self.output(ag.moveaxis(mixed": 2 * Z["n_layers"] * WIDTH**2,
    "return x + self.output(gelu(self.hidden": 16 * Z["n_layers"] * WIDTH**2,
    "return self.norm(x) @ ag.transpose(self.words)": 2 * WIDTH * Z["n_words"],
}


def line_of(text):
    [line] = [number for number, line in enumerate(GPT_2.splitlines(), start=1) if line.strip().startswith(text)]
    return line


@pytest.mark.parametrize("text", KAPLAN)
def test_the_lines_of_gpt2_cost_what_the_table_of_scaling_laws_says(forward, text):
    tokens = Z["N"] * Z["T"]

    assert same(KAPLAN[text] * tokens, 2 * forward.of_line(line_of(text)).multiply_adds)


def test_a_token_costs_a_multiply_add_for_each_weight_and_two_for_each_feature_of_its_context(forward):
    weights = 12 * Z["n_layers"] * WIDTH**2 + WIDTH * Z["n_words"]
    context = 2 * Z["n_layers"] * Z["T"] * WIDTH

    assert same(Z["N"] * Z["T"] * (weights + context), forward.of_function("GPT2.forward").multiply_adds)


def test_gpt2_gives_a_number_for_each_word_at_each_place(forward):
    assert (Z["N"], Z["T"], Z["n_words"]) == forward.result.shape
    assert ("n_layers",) == forward.fitted


def test_gpt2_agrees_with_real_and_counted_runs_at_many_sizes():
    # Every text begins with the same words, so that the tokens are whole numbers in a counted run too.
    call = "GPT2(n_layers, n_heads, head_width, T + n_rare, T + n_free)(np.arange(T).reshape(1, T))"
    trace = check(GPT_2, call, "n_layers n_heads head_width n_rare n_free T", counted=3, largest=3, n_layers=7)

    assert ("n_layers",) == trace.fitted
