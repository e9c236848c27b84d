"""Published networks, each as a question would print it behind LAYERS; `test_published_nets.py` runs them on shapes."""

LAYERS = """\
class Conv2d(ag.Module):
    def __init__(self, n_in, n_out, width, stride=1, padding=0, bias=True):
        super().__init__()
        self.stride = stride
        self.padding = padding
        scale = np.sqrt(2 / (n_in * width**2))
        self.weight = ag.Tensor(np.random.randn(n_out, n_in, width, width) * scale, requires_grad=True)
        self.bias = ag.Tensor(np.zeros((n_out, 1, 1)), requires_grad=True) if bias else None

    def forward(self, x):
        maps = ag.conv2d(x, self.weight, self.stride, self.padding)
        return maps if self.bias is None else maps + self.bias


class Linear(ag.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = ag.Tensor(np.random.randn(n_in, n_out) * np.sqrt(2 / n_in), requires_grad=True)
        self.bias = ag.Tensor(np.zeros(n_out), requires_grad=True)

    def forward(self, x):
        return x @ self.weight + self.bias


class BatchNorm2d(ag.Module):
    def __init__(self, n_channels):
        super().__init__()
        self.gain = ag.Tensor(np.ones((n_channels, 1, 1)), requires_grad=True)
        self.bias = ag.Tensor(np.zeros((n_channels, 1, 1)), requires_grad=True)

    def forward(self, x):
        centered = x - ag.mean(x, axis=(0, 2, 3), keepdims=True)
        variance = ag.mean(centered * centered, axis=(0, 2, 3), keepdims=True)
        return centered / (variance + 1e-5)**0.5 * self.gain + self.bias


def flatten(x):
    return x.reshape(x.shape[0], -1)


"""

# As it is taught: every map of C3 sees all maps of S2, and the averages have no parameters.
LENET_5 = """\
class LeNet5(ag.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = Conv2d(1, 6, 5)
        self.conv2 = Conv2d(6, 16, 5)
        self.pool = ag.AvgPool2d(2)
        self.hidden1 = Linear(16 * 5 * 5, 120)
        self.hidden2 = Linear(120, 84)
        self.output = Linear(84, 10)

    def forward(self, x):
        x = self.pool(ag.tanh(self.conv1(x)))
        x = self.pool(ag.tanh(self.conv2(x)))
        x = ag.tanh(self.hidden1(flatten(x)))
        x = ag.tanh(self.hidden2(x))
        return self.output(x)
"""

# As LeCun et al. 1998 describe it: trainable subsampling, and the map table of C3. The output units have no weights
# to be learned: each compares F6 with a fixed code.
LENET_5_OF_1998 = """\
class Subsampling(ag.Module):
    def __init__(self, n_channels):
        super().__init__()
        self.mean = ag.AvgPool2d(2)
        self.gain = ag.Tensor(np.ones((n_channels, 1, 1)), requires_grad=True)
        self.bias = ag.Tensor(np.zeros((n_channels, 1, 1)), requires_grad=True)

    def forward(self, x):
        return self.mean(x) * 4 * self.gain + self.bias


class PartlyConnected(ag.Module):
    def __init__(self, table, width):
        super().__init__()
        self.table = table
        self.parts = [Conv2d(len(row), 1, width) for row in table]

    def forward(self, x):
        maps = []
        for row, part in zip(self.table, self.parts):
            seen = ag.concatenate([x[:, place:place + 1] for place in row], axis=1)
            maps.append(part(seen))
        return ag.concatenate(maps, axis=1)


threes = [[place, (place + 1) % 6, (place + 2) % 6] for place in range(6)]
fours = [[place, (place + 1) % 6, (place + 2) % 6, (place + 3) % 6] for place in range(6)]
split_fours = [[place, (place + 1) % 6, (place + 3) % 6, (place + 4) % 6] for place in range(3)]
all_maps = [[0, 1, 2, 3, 4, 5]]


class LeNet5(ag.Module):
    def __init__(self):
        super().__init__()
        self.c1 = Conv2d(1, 6, 5)
        self.s2 = Subsampling(6)
        self.c3 = PartlyConnected(threes + fours + split_fours + all_maps, 5)
        self.s4 = Subsampling(16)
        self.c5 = Conv2d(16, 120, 5)
        self.f6 = Linear(120, 84)
        self.codes = ag.Tensor(np.ones((10, 84)))

    def forward(self, x):
        x = ag.sigmoid(self.s2(self.c1(x)))
        x = ag.sigmoid(self.s4(self.c3(x)))
        x = ag.tanh(flatten(self.c5(x)))
        x = ag.tanh(self.f6(x))
        differences = x.reshape(-1, 1, 84) - self.codes
        return ag.sum(differences * differences, axis=2)
"""

# "One weird trick": without the two halves of 2012.
ALEXNET = """\
class AlexNet(ag.Module):
    def __init__(self, n_classes=1000):
        super().__init__()
        self.pool = ag.MaxPool2d(3, stride=2)
        self.conv1 = Conv2d(3, 64, 11, stride=4, padding=2)
        self.conv2 = Conv2d(64, 192, 5, padding=2)
        self.conv3 = Conv2d(192, 384, 3, padding=1)
        self.conv4 = Conv2d(384, 256, 3, padding=1)
        self.conv5 = Conv2d(256, 256, 3, padding=1)
        self.hidden1 = Linear(256 * 6 * 6, 4096)
        self.hidden2 = Linear(4096, 4096)
        self.output = Linear(4096, n_classes)

    def features(self, x):
        x = self.pool(ag.relu(self.conv1(x)))
        x = self.pool(ag.relu(self.conv2(x)))
        x = ag.relu(self.conv3(x))
        x = ag.relu(self.conv4(x))
        return self.pool(ag.relu(self.conv5(x)))

    def forward(self, x):
        x = flatten(self.features(x))
        x = ag.relu(self.hidden1(x))
        x = ag.relu(self.hidden2(x))
        return self.output(x)
"""

# In two halves, one for each of two GPUs: conv2, conv4 and conv5 see the maps of their own half alone.
ALEXNET_OF_2012 = """\
class Halves(ag.Module):
    def __init__(self, n_in, n_out, width, padding):
        super().__init__()
        self.middle = n_in // 2
        self.halves = [Conv2d(n_in // 2, n_out // 2, width, padding=padding) for _ in range(2)]

    def forward(self, x):
        upper, lower = x[:, :self.middle], x[:, self.middle:]
        return ag.concatenate([self.halves[0](upper), self.halves[1](lower)], axis=1)


class AlexNet(ag.Module):
    def __init__(self):
        super().__init__()
        self.pool = ag.MaxPool2d(3, stride=2)
        self.layers = [
            Conv2d(3, 96, 11, stride=4),
            Halves(96, 256, 5, padding=2),
            Conv2d(256, 384, 3, padding=1),
            Halves(384, 384, 3, padding=1),
            Halves(384, 256, 3, padding=1),
        ]
        self.hidden = [Linear(256 * 6 * 6, 4096), Linear(4096, 4096), Linear(4096, 1000)]

    def forward(self, x):
        for number, layer in enumerate(self.layers, start=1):
            maps = ag.relu(layer(x))
            x = self.pool(maps) if number in (1, 2, 5) else maps
        x = flatten(x)
        for layer in self.hidden:
            units = layer(x)
            x = ag.relu(units)
        return units
"""

VGG = """\
configurations = {
    "A": [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "B": [64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "D": [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"],
    "E": [64, 64, "M", 128, 128, "M"] + 4 * [256] + ["M"] + 4 * [512] + ["M"] + 4 * [512] + ["M"],
}


class VGG(ag.Module):
    def __init__(self, widths, n_classes=1000):
        super().__init__()
        self.layers = []
        n_channels = 3
        for width in widths:
            if width == "M":
                self.layers.append(ag.MaxPool2d(2))
            else:
                self.layers.append(Conv2d(n_channels, width, 3, padding=1))
                n_channels = width
        self.classifier = [Linear(512 * 7 * 7, 4096), Linear(4096, 4096), Linear(4096, n_classes)]

    def features(self, x):
        for layer in self.layers:
            x = ag.relu(layer(x)) if isinstance(layer, Conv2d) else layer(x)
        return x

    def forward(self, x):
        x = flatten(self.features(x))
        for layer in self.classifier[:-1]:
            x = ag.relu(layer(x))
        return self.classifier[-1](x)
"""

# The paper has the stride of a bottleneck in its first convolution, torchvision in the one of 3 x 3.
RESNET = """\
stride_in_first_conv = False


class Shortcut(ag.Module):
    def __init__(self, n_in, n_out, stride):
        super().__init__()
        self.is_plain = n_in == n_out and stride == 1
        if not self.is_plain:
            self.conv = Conv2d(n_in, n_out, 1, stride=stride, bias=False)
            self.norm = BatchNorm2d(n_out)

    def forward(self, x):
        return x if self.is_plain else self.norm(self.conv(x))


class BasicBlock(ag.Module):
    growth = 1

    def __init__(self, n_in, width, stride):
        super().__init__()
        self.conv1 = Conv2d(n_in, width, 3, stride=stride, padding=1, bias=False)
        self.norm1 = BatchNorm2d(width)
        self.conv2 = Conv2d(width, width, 3, padding=1, bias=False)
        self.norm2 = BatchNorm2d(width)
        self.shortcut = Shortcut(n_in, width, stride)

    def forward(self, x):
        residual = ag.relu(self.norm1(self.conv1(x)))
        residual = self.norm2(self.conv2(residual))
        return ag.relu(residual + self.shortcut(x))


class Bottleneck(ag.Module):
    growth = 4

    def __init__(self, n_in, width, stride):
        super().__init__()
        first, second = (stride, 1) if stride_in_first_conv else (1, stride)
        self.convs = [
            Conv2d(n_in, width, 1, stride=first, bias=False),
            Conv2d(width, width, 3, stride=second, padding=1, bias=False),
            Conv2d(width, 4 * width, 1, bias=False),
        ]
        self.norms = [BatchNorm2d(width), BatchNorm2d(width), BatchNorm2d(4 * width)]
        self.shortcut = Shortcut(n_in, 4 * width, stride)

    def forward(self, x):
        residual = x
        for conv, norm in zip(self.convs[:2], self.norms[:2]):
            residual = ag.relu(norm(conv(residual)))
        residual = self.norms[2](self.convs[2](residual))
        return ag.relu(residual + self.shortcut(x))


class ResNet(ag.Module):
    def __init__(self, Block, depths, n_first=64, n_classes=1000):
        super().__init__()
        self.conv = Conv2d(3, n_first, 7, stride=2, padding=3, bias=False)
        self.norm = BatchNorm2d(n_first)
        self.pool = ag.MaxPool2d(3, stride=2, padding=1)
        self.blocks = []
        n_channels = n_first
        for stage, depth in enumerate(depths):
            width = n_first * 2**stage
            for place in range(depth):
                stride = 2 if place == 0 and stage > 0 else 1
                self.blocks.append(Block(n_channels, width, stride))
                n_channels = Block.growth * width
        self.output = Linear(n_channels, n_classes)

    def forward(self, x):
        x = self.pool(ag.relu(self.norm(self.conv(x))))
        for block in self.blocks:
            x = block(x)
        return self.output(ag.mean(x, axis=(2, 3)))
"""
