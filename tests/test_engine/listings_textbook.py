"""Programs as textbooks print them, each with a call; `test_listing_textbook.py` runs them on sizes that are not known.

They are chosen for what is hard to follow: states carried from step to step, lists filled in loops, functions called
with several sizes, slices, masks, and numbers of another type.
"""

from __future__ import annotations

from typing import NamedTuple


class Program(NamedTuple):
    """A listing, what is called of it, the largest number to draw for each size, and the sizes that must be fitted.

    `is_counted` is False where plain arrays are multiplied with `*`: counting numbers would count that for the next
    operation that has a cost.
    """

    source: str
    call: str
    largest: dict[str, int]
    fitted: tuple[str, ...] = ()
    is_counted: bool = True


# ---- lists filled in loops ----

BEAM = Program(
    """\
def beam_search(logits, n_beams):
    n_steps, n_words = logits.shape
    beams = [0]
    n_scored = 0
    for step in range(n_steps):
        candidates = []
        for beam in range(n_beams):
            for word in range(n_words):
                candidates.append(beam * n_words + word)
                n_scored += 1
        beams = candidates[:n_beams]
    return beams
""",
    "beam_search(ag.Tensor(np.random.randn(n_steps, n_words)), n_beams)",
    {"n_steps": 8, "n_beams": 4, "n_words": 4},
)

TRANSPOSED_CONVOLUTION = Program(
    """\
def upsampling_matrix(H, W, K, S):
    rows, cols, data = [], [], []
    Hout, Wout = (H - 1)*S + K, (W - 1)*S + K
    for h in range(H):
        for w in range(W):
            for i in range(K):
                for j in range(K):
                    rows.append(h*W + w)
                    cols.append((h*S + i)*Wout + w*S + j)
                    data.append(1.0)
    return csr_matrix((data, (rows, cols)), shape=(H*W, Hout*Wout))

def upsample(x, K, S):
    N, H, W = x.shape
    matrix = upsampling_matrix(H, W, K, S)
    y = ag.spcmatmul(x.reshape(N, -1), matrix)
    return y.reshape(N, (H - 1)*S + K, -1)
""",
    "upsample(ag.Tensor(np.random.randn(N, H, W)), K, S)",
    {"N": 3, "H": 4, "W": 4, "K": 3, "S": 3},
)

LOSSES = Program(
    """\
def total_loss(predictions, target):
    total = 0
    n_terms = 0
    for p in predictions:
        error = p - target
        total += ag.sum(error * error)
        n_terms += p.size
    mean = total / n_terms
    return mean

def ensemble(x, target, n_models):
    weights = [ag.Tensor(np.random.randn(x.shape[1], 1), requires_grad=True) for _ in range(n_models)]
    return total_loss([x @ w for w in weights], target)
""",
    "ensemble(ag.Tensor(np.random.randn(N, d)), ag.Tensor(np.random.randn(N, 1)), n_models)",
    {"N": 4, "d": 3, "n_models": 8},
)

# ---- one function at several sizes, configurations, inheritance ----

AUTOENCODER = Program(
    """\
class Layer:
    def __init__(self, n_in, n_out, activation=ag.relu):
        self.W = ag.Tensor(np.random.randn(n_in, n_out) * (2 / n_in)**0.5, requires_grad=True)
        self.b = ag.Tensor(np.zeros((1, n_out)), requires_grad=True)
        self.activation = activation

    def __call__(self, x):
        z = x @ self.W + self.b
        return z if self.activation is None else self.activation(z)

class Output(Layer):
    def __init__(self, n_in, n_out):
        super().__init__(n_in, n_out, activation=None)

def mlp(x, widths):
    hidden = x
    for n_in, n_out in zip(widths[:-2], widths[1:-1]):
        hidden = Layer(n_in, n_out)(hidden)
    return Output(widths[-2], widths[-1])(hidden)

def autoencode(x, d, n_hidden, n_code):
    code = mlp(x, [d, n_hidden, n_code])
    again = mlp(code, [n_code, n_hidden, n_hidden, d])
    error = x - again
    return ag.sum(error**2) / (2 * len(x))
""",
    "autoencode(ag.Tensor(np.random.randn(N, d)), d, n_hidden, n_code)",
    {"N": 3, "d": 4, "n_hidden": 4, "n_code": 3},
)

CONFIGURED = Program(
    """\
config = {"width": n_hidden, "depth": 3, "activation": "tanh"}
activations = {"relu": ag.relu, "tanh": ag.tanh}

def build(n_in, width, depth, activation):
    f = activations[activation]
    layers = []
    for layer in range(depth):
        W = ag.Tensor(np.random.randn(n_in if layer == 0 else width, width))
        layers.append(lambda x, W=W: f(x @ W))
    return layers

def run(x, **options):
    for layer in build(x.shape[1], **options):
        x = layer(x)
    return x
""",
    "run(ag.Tensor(np.random.randn(N, d)), **config)",
    {"N": 4, "d": 4, "n_hidden": 4},
)

SIAMESE = Program(
    """\
def embed(x, W1, W2):
    hidden = ag.maximum(x @ W1, 0)
    return hidden @ W2

def distances(left, right, n_hidden, n_code):
    W1 = ag.Tensor(np.random.randn(left.shape[1], n_hidden), requires_grad=True)
    W2 = ag.Tensor(np.random.randn(n_hidden, n_code), requires_grad=True)
    a = embed(left, W1, W2)
    b = embed(right, W1, W2)
    differences = a[:, None, :] - b[None, :, :]
    return ag.sum(differences**2, axis=-1)
""",
    "distances(ag.Tensor(np.random.randn(M, d)), ag.Tensor(np.random.randn(N, d)), n_hidden, n_code)",
    {"M": 4, "N": 4, "d": 3, "n_hidden": 3, "n_code": 3},
)

# ---- other number types, arrays outside the graph ----

SINGLE_PRECISION = Program(
    """\
def single(*shape):
    return np.random.randn(*shape).astype(np.float32)

def forward(x, n_hidden):
    W = ag.Tensor(single(x.shape[1], n_hidden) / 10, requires_grad=True)
    b = ag.Tensor(np.zeros(n_hidden, dtype=np.float32), requires_grad=True)
    hidden = ag.relu(x @ W + b)
    halves = 0.5 * hidden
    doubles = ag.Tensor(np.ones((n_hidden, 2)))
    wide = halves @ doubles
    return wide
""",
    "forward(ag.Tensor(np.ones((N, d), dtype=np.float32)), n_hidden)",
    {"N": 4, "d": 4, "n_hidden": 4},
)

BY_HAND = Program(
    """\
def by_hand(X, y, n_hidden):
    N, d = X.shape
    W1, W2 = np.random.randn(d, n_hidden), np.random.randn(n_hidden, 1)
    hidden = np.maximum(np.matmul(X, W1), 0)
    error = np.matmul(hidden, W2) - y
    loss = np.sum(error**2) / N
    dW2 = np.matmul(np.transpose(hidden), 2 * error / N)
    dhidden = np.matmul(2 * error / N, W2.T)
    dW1 = np.matmul(X.T, dhidden * hidden)
    return dW1
""",
    "by_hand(np.random.randn(N, d), np.random.randn(N, 1), n_hidden)",
    {"N": 4, "d": 4, "n_hidden": 4},
    is_counted=False,
)

WINDOWS = Program(
    """\
def conv1d(x, weight, stride=1):
    N, C, T = x.shape
    n_out, _, K = weight.shape
    Tout = (T - K) // stride + 1
    columns = []
    for t in range(Tout):
        columns.append(t * stride)
    n_columns = len(columns)
    y = ag.conv2d(x.reshape(N, C, 1, T), weight.reshape(n_out, C, 1, K), stride)
    return y.reshape(N, n_out, n_columns)
""",
    "conv1d(ag.Tensor(np.random.randn(N, C, T)), ag.Tensor(np.random.randn(n_out, C, K)), S)",
    {"N": 2, "C": 2, "T": 7, "n_out": 2, "K": 3, "S": 3},
)
