"""Published networks, run as printed listings on shapes alone: parameters and multiply-adds beside what is published.

Multiply-adds are those of convolutions and linear layers, for one image, as torchvision and the papers count them:
biases, normalization, activations and pooling are left out. The second witness is arithmetic on the papers' tables of
layers; `test_published_nets_in_torch.py` is the third.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

import engine as ag
from engine.sizes import evaluator, same, symbol
from tests.test_engine.listing_points import check, symbols
from tests.test_engine.listings_nets import ALEXNET, ALEXNET_OF_2012, LAYERS, LENET_5, LENET_5_OF_1998, RESNET, VGG

N = symbol("N")


class Net(NamedTuple):
    """A listing that follows LAYERS, what makes the network in it, its images, and what it has and does for one."""

    listing: str
    make: str
    channels: int
    width: int
    n_parameters: int
    multiply_adds: int

    def count_parameters(self) -> ag.Trace:
        return ag.run_listing(LAYERS + self.listing, f"[{self.make}.n_parameters]", {"N": N})

    def run(self) -> ag.Trace:
        images = f"ag.Tensor(np.zeros((N, {self.channels}, {self.width}, {self.width})))"
        return ag.run_listing(LAYERS + self.listing, f"{self.make}({images})", {"N": N})


# Parameters: torchvision's weights IMAGENET1K_V1, "num_params". Multiply-adds: the same, "GFLOPS", has 0.714, 7.609,
# 11.308, 15.470, 19.632, 1.814, 3.664, 4.089, 7.801 and 11.514 thousand millions. LeNet-5 is the one of the course:
# 61,706 parameters. AlexNet of 2012: "60 million parameters" in its abstract; VGG: 133, 133, 138 and 144 millions in
# its table 2.
NETS = {
    "LeNet-5": Net(LENET_5, "LeNet5()", 1, 32, 61_706, 416_520),
    "AlexNet": Net(ALEXNET, "AlexNet()", 3, 224, 61_100_840, 714_188_480),
    "AlexNet of 2012": Net(ALEXNET_OF_2012, "AlexNet()", 3, 227, 60_965_224, 724_406_816),
    "VGG11": Net(VGG, 'VGG(configurations["A"])', 3, 224, 132_863_336, 7_609_090_048),
    "VGG13": Net(VGG, 'VGG(configurations["B"])', 3, 224, 133_047_848, 11_308_466_176),
    "VGG16": Net(VGG, 'VGG(configurations["D"])', 3, 224, 138_357_544, 15_470_264_320),
    "VGG19": Net(VGG, 'VGG(configurations["E"])', 3, 224, 143_667_240, 19_632_062_464),
    "ResNet18": Net(RESNET, "ResNet(BasicBlock, [2, 2, 2, 2])", 3, 224, 11_689_512, 1_814_073_344),
    "ResNet34": Net(RESNET, "ResNet(BasicBlock, [3, 4, 6, 3])", 3, 224, 21_797_672, 3_663_761_408),
    "ResNet50": Net(RESNET, "ResNet(Bottleneck, [3, 4, 6, 3])", 3, 224, 25_557_032, 4_089_184_256),
    "ResNet101": Net(RESNET, "ResNet(Bottleneck, [3, 4, 23, 3])", 3, 224, 44_549_160, 7_801_405_440),
    "ResNet152": Net(RESNET, "ResNet(Bottleneck, [3, 8, 36, 3])", 3, 224, 60_192_808, 11_513_626_624),
}
each_net = pytest.mark.parametrize("name", NETS)


def of_layers(trace, figure="multiply_adds"):
    """A figure of all convolutions and linear layers."""
    return sum(getattr(trace.of_function(f"{layer}.forward"), figure) for layer in ("Conv2d", "Linear"))


@each_net
def test_a_listing_has_the_published_number_of_parameters(name):
    trace = NETS[name].count_parameters()

    assert [NETS[name].n_parameters] == trace.returned


@each_net
def test_a_listing_does_the_published_number_of_multiply_adds_for_each_image(name):
    trace = NETS[name].run()

    assert same(NETS[name].multiply_adds * N, of_layers(trace))
    assert () == trace.assumptions


# ---- the second witness: arithmetic on the published tables ----


class Layer(NamedTuple):
    """A row of a table: a kernel of `kernel` x `kernel` at side x side places; a linear layer is one of 1 x 1 at one.

    A bias, or a normalization's gain and bias, is `extra` numbers for each output channel.
    """

    n_in: int
    n_out: int
    kernel: int = 1
    side: int = 1
    extra: int = 1

    @property
    def n_parameters(self):
        return self.n_in * self.n_out * self.kernel**2 + self.extra * self.n_out

    @property
    def multiply_adds(self):
        return self.n_in * self.n_out * self.kernel**2 * self.side**2


ALEXNET_HEAD = [Layer(256 * 6 * 6, 4096), Layer(4096, 4096), Layer(4096, 1000)]
# Krizhevsky et al. 2012, section 3.5: kernels of 5 x 5 x 48, 3 x 3 x 256, 3 x 3 x 192 and 3 x 3 x 192.
ALEXNET_2012_TABLE = [
    Layer(3, 96, 11, 55), Layer(48, 256, 5, 27), Layer(256, 384, 3, 13), Layer(192, 384, 3, 13), Layer(192, 256, 3, 13),
]  # fmt: skip
# torchvision/models/alexnet.py, after Krizhevsky 2014: without halves, on images padded by 2.
ALEXNET_TABLE = [
    Layer(3, 64, 11, 55), Layer(64, 192, 5, 27), Layer(192, 384, 3, 13), Layer(384, 256, 3, 13), Layer(256, 256, 3, 13),
]  # fmt: skip
LENET_TABLE = [Layer(1, 6, 5, 28), Layer(6, 16, 5, 10), Layer(16 * 5 * 5, 120), Layer(120, 84), Layer(84, 10)]


def vgg_table(*depths):
    """Simonyan and Zisserman 2015, table 1: five groups of 3 x 3 convolutions, each half as wide as the one before."""
    layers, n_in = [], 3
    for depth, n_out, side in zip(depths, (64, 128, 256, 512, 512), (224, 112, 56, 28, 14), strict=True):
        layers += [Layer(n_in, n_out, 3, side)] + (depth - 1) * [Layer(n_out, n_out, 3, side)]
        n_in = n_out
    return [*layers, Layer(512 * 7 * 7, 4096), Layer(4096, 4096), Layer(4096, 1000)]


def basic_table(*depths, projects=True):
    """He et al. 2016, table 1, left columns: pairs of 3 x 3, a projection where the number of channels changes."""
    layers, n_in = [Layer(3, 64, 7, 112, 2)], 64
    for depth, n, side in zip(depths, (64, 128, 256, 512), (56, 28, 14, 7), strict=True):
        layers += [Layer(n_in, n, 3, side, 2)] + (2 * depth - 1) * [Layer(n, n, 3, side, 2)]
        layers += [Layer(n_in, n, 1, side, 2)] if projects and n_in != n else []
        n_in = n
    return [*layers, Layer(512, 1000)]


def bottleneck_table(*depths, stride_in_first_conv=False):
    """He et al. 2016, table 1, right columns; a stage's first 1 x 1 sees the wider maps unless it has the stride."""
    layers, n_in, wide = [Layer(3, 64, 7, 112, 2)], 64, 56
    for depth, n, side in zip(depths, (64, 128, 256, 512), (56, 28, 14, 7), strict=True):
        first = side if stride_in_first_conv else wide
        layers += [Layer(n_in, n, 1, first, 2), Layer(n, n, 3, side, 2), Layer(n, 4 * n, 1, side, 2)]
        layers += [Layer(n_in, 4 * n, 1, side, 2)]
        layers += (depth - 1) * [Layer(4 * n, n, 1, side, 2), Layer(n, n, 3, side, 2), Layer(n, 4 * n, 1, side, 2)]
        n_in, wide = 4 * n, side
    return [*layers, Layer(2048, 1000)]


TABLES = {
    "LeNet-5": LENET_TABLE,
    "AlexNet": ALEXNET_TABLE + ALEXNET_HEAD,
    "AlexNet of 2012": ALEXNET_2012_TABLE + ALEXNET_HEAD,
    "VGG11": vgg_table(1, 1, 2, 2, 2),
    "VGG13": vgg_table(2, 2, 2, 2, 2),
    "VGG16": vgg_table(2, 2, 3, 3, 3),
    "VGG19": vgg_table(2, 2, 4, 4, 4),
    "ResNet18": basic_table(2, 2, 2, 2),
    "ResNet34": basic_table(3, 4, 6, 3),
    "ResNet50": bottleneck_table(3, 4, 6, 3),
    "ResNet101": bottleneck_table(3, 4, 23, 3),
    "ResNet152": bottleneck_table(3, 8, 36, 3),
}


@each_net
def test_the_published_numbers_are_those_of_the_papers_tables_of_layers(name):
    table = TABLES[name]

    assert NETS[name].n_parameters == sum(layer.n_parameters for layer in table)
    assert NETS[name].multiply_adds == sum(layer.multiply_adds for layer in table)


# He et al. 2016, table 1, "FLOPs", which are multiply-adds: two digits, some rounded and some cut. The paper's 18 and
# 34 layers have no projections (table 2, option A); its bottlenecks have the stride in their first convolution.
RESNETS_OF_2016: list[tuple[float, list[Layer]]] = [
    (1.8e9, basic_table(2, 2, 2, 2, projects=False)),
    (3.6e9, basic_table(3, 4, 6, 3, projects=False)),
    (3.8e9, bottleneck_table(3, 4, 6, 3, stride_in_first_conv=True)),
    (7.6e9, bottleneck_table(3, 4, 23, 3, stride_in_first_conv=True)),
    (11.3e9, bottleneck_table(3, 8, 36, 3, stride_in_first_conv=True)),
]


@pytest.mark.parametrize(("published", "table"), RESNETS_OF_2016)
def test_the_residual_networks_cost_what_their_paper_says(published, table):
    assert published == pytest.approx(sum(layer.multiply_adds for layer in table), abs=0.06e9)


def test_the_listing_with_the_papers_stride_does_the_papers_multiply_adds():
    listing = RESNET.replace("stride_in_first_conv = False", "stride_in_first_conv = True")
    trace = NETS["ResNet50"]._replace(listing=listing).run()

    assert same(sum(layer.multiply_adds for layer in RESNETS_OF_2016[2][1]) * N, of_layers(trace))


def test_the_maps_of_alexnet_have_as_many_neurons_as_its_figure_2_says():
    # The figure's 253,440 in the first layer is a known slip: its 96 kernels stand at 55 x 55 places, that is 290,400.
    trace = NETS["AlexNet of 2012"].run()
    shapes = [found.shape for found in trace.bindings if found.name == "maps" and found.function == "AlexNet.forward"]

    assert [290_400, 186_624, 64_896, 64_896, 43_264] == [C * H * W for _, C, H, W in shapes]
    assert [4096, 4096, 1000] == [found.shape[1] for found in trace.bindings if found.name == "units"]


# ---- LeNet-5 as LeCun et al. 1998, section II.B, describe it, layer by layer ----

LENET_OF_1998 = LAYERS + LENET_5_OF_1998
# Trainable parameters; connections, which are multiply-adds and biases.
LENET_5_LAYERS = {"c1": (156, 122_304), "c3": (1_516, 151_600), "c5": (48_120, 48_120), "f6": (10_164, 10_164)}
SUBSAMPLING = {"s2": 12, "s4": 32}


@pytest.mark.parametrize("layer", LENET_5_LAYERS)
def test_each_layer_of_lenet_5_has_the_connections_that_its_paper_says(layer):
    images = {"c1": (1, 32), "c3": (6, 14), "c5": (16, 5)}
    inputs = "N, 120" if layer == "f6" else "N, {0}, {1}, {1}".format(*images[layer])
    trace = ag.run_listing(LENET_OF_1998, f"LeNet5().{layer}(ag.Tensor(np.zeros(({inputs}))))", {"N": N})

    assert same(LENET_5_LAYERS[layer][1] * N, of_layers(trace) + of_layers(trace, "elementwise"))


@pytest.mark.parametrize("layer", [*LENET_5_LAYERS, *SUBSAMPLING])
def test_each_layer_of_lenet_5_has_the_parameters_that_its_paper_says(layer):
    n_parameters = SUBSAMPLING[layer] if layer in SUBSAMPLING else LENET_5_LAYERS[layer][0]

    assert [n_parameters] == ag.run_listing(LENET_OF_1998, f"[LeNet5().{layer}.n_parameters]", {"N": N}).returned


def test_lenet_5_has_60000_parameters():
    assert [60_000] == ag.run_listing(LENET_OF_1998, "[LeNet5().n_parameters]", {"N": N}).returned


# ---- images whose size is not known ----


def resnet18_multiply_adds(height, width):
    """By hand: a kernel with stride 2 and padding (K - 1)/2 halves an image, rounding up; so does the pooling."""
    table = basic_table(2, 2, 2, 2)
    halvings = {112: 1, 56: 2, 28: 3, 14: 4, 7: 5}
    total = table[-1].multiply_adds
    for layer in table[:-1]:
        scale = 2 ** halvings[layer.side]
        total += layer.multiply_adds // layer.side**2 * -(-height // scale) * -(-width // scale)
    return total


def test_resnet18_on_images_of_any_size_does_the_multiply_adds_of_arithmetic():
    call = f"{NETS['ResNet18'].make}(ag.Tensor(np.zeros((N, 3, H, W))))"
    at = evaluator(of_layers(ag.run_listing(LAYERS + RESNET, call, symbols("N H W"))))

    for height, width in [(224, 224), (1, 1), (32, 32), (33, 32), (31, 65), (97, 640), (511, 513), (1080, 1920)]:
        assert 5 * resnet18_multiply_adds(height, width) == at({"N": 5, "H": height, "W": width})
    assert NETS["ResNet18"].multiply_adds == resnet18_multiply_adds(224, 224)


@pytest.mark.parametrize("block", ["BasicBlock", "Bottleneck"])
def test_small_residual_networks_agree_with_real_and_counted_runs_at_many_sizes(block):
    call = f"ResNet({block}, [1, 1], n_first, n_classes)(ag.Tensor(np.random.randn(N, 3, H, W)))"

    check(LAYERS + RESNET, call, "N H W n_first n_classes", count=20, counted=1, largest=3, N=2, H=19, W=19)


def test_lenet_5_of_1998_agrees_with_a_real_run():
    trace = NETS["LeNet-5"]._replace(listing=LENET_5_OF_1998).run()

    assert [] == ag.disagreements(trace, {"N": N}, {"N": 3})
