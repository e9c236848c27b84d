"""Programs as textbooks print them, each with a call; `test_listing_textbook.py` runs them on sizes that are not known.

They are chosen for what is hard to follow: states carried from step to step, lists filled in loops, functions called
with several sizes, slices, masks, and numbers of another type.
"""

from __future__ import annotations

from typing import NamedTuple


class Program(NamedTuple):
    """A listing, what is called of it, the largest number to draw for each size, and the sizes that must be fitted."""

    source: str
    call: str
    largest: dict[str, int]
    fitted: tuple[str, ...] = ()


# ---- states carried from step to step ----

RNN = Program(
    '''\
class RNN(ag.Module):
    def __init__(self, n_features, n_hidden):
        super().__init__()
        self.n_hidden = n_hidden
        self.Wx = ag.Tensor(np.random.randn(n_features, n_hidden) / np.sqrt(n_features), requires_grad=True)
        self.Wh = ag.Tensor(np.random.randn(n_hidden, n_hidden) / np.sqrt(n_hidden), requires_grad=True)
        self.bias = ag.Tensor(np.zeros(n_hidden), requires_grad=True)

    def step(self, x, h):
        return ag.tanh(x @ self.Wx + h @ self.Wh + self.bias)

    def forward(self, inputs):
        n_samples, n_steps, n_features = inputs.shape
        h = ag.Tensor(np.zeros((n_samples, self.n_hidden)))
        states = []
        for t in range(n_steps):
            h = self.step(inputs[:, t], h)
            states.append(h.reshape(n_samples, 1, self.n_hidden))
        return ag.concatenate(states, axis=1)
''',
    "RNN(n_features, n_hidden)(ag.Tensor(np.random.randn(n_samples, n_steps, n_features)))",
    {"n_samples": 3, "n_steps": 9, "n_features": 3, "n_hidden": 3},
    fitted=("n_steps",),
)

LSTM = Program(
    '''\
class LSTM(ag.Module):
    def __init__(self, d, n):
        super().__init__()
        self.W = ag.Tensor(0.1 * np.random.randn(d + n, 4 * n), requires_grad=True)
        self.b = ag.Tensor(np.zeros(4 * n), requires_grad=True)

    def step(self, x, h, c):
        gates = ag.concatenate([x, h], axis=1) @ self.W + self.b
        n = h.shape[1]
        forget = ag.sigmoid(gates[:, :n])
        update = ag.sigmoid(gates[:, n:2*n])
        output = ag.sigmoid(gates[:, 2*n:3*n])
        candidate = ag.tanh(gates[:, 3*n:])
        c = forget * c + update * candidate
        return output * ag.tanh(c), c

    def forward(self, sequence):
        N, n = sequence.shape[1], self.b.size // 4
        h, c = ag.Tensor(np.zeros((N, n))), ag.Tensor(np.zeros((N, n)))
        for t in range(len(sequence)):
            h, c = self.step(sequence[t], h, c)
        return h
''',
    "LSTM(d, n)(ag.Tensor(np.random.randn(T, N, d)))",
    {"T": 8, "N": 3, "d": 3, "n": 3},
    fitted=("T",),
)

BOTH_DIRECTIONS = Program(
    '''\
def run(x, W, U, order):
    state = ag.Tensor(np.zeros((x.shape[0], U.shape[0])))
    for t in order:
        state = ag.tanh(x[:, t, :] @ W + state @ U)
    return state

def both_directions(x, n):
    T, d = x.shape[1:]
    W = ag.Tensor(np.random.randn(d, n))
    U = ag.Tensor(np.random.randn(n, n))
    there = run(x, W, U, range(T))
    back = run(x, W, U, reversed(range(T)))
    return ag.concatenate([there, back], axis=1)
''',
    "both_directions(ag.Tensor(np.random.randn(N, T, d)), n)",
    {"N": 3, "T": 8, "d": 3, "n": 3},
    fitted=("T",),
)

RESIDUAL_ENCODER = Program(
    '''\
class Block(ag.Module):
    def __init__(self, d, n_hidden):
        super().__init__()
        self.W1 = ag.Tensor(np.random.randn(d, n_hidden) / d, requires_grad=True)
        self.W2 = ag.Tensor(np.random.randn(n_hidden, d) / n_hidden, requires_grad=True)

    def forward(self, x):
        return x + ag.relu(x @ self.W1) @ self.W2

class Encoder(ag.Module):
    def __init__(self, n_blocks, d, n_hidden):
        super().__init__()
        self.blocks = [Block(d, n_hidden) for _ in range(n_blocks)]

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x

def count_and_run(encoder, x):
    n_parameters = encoder.n_parameters
    y = encoder(x)
    return y
''',
    "count_and_run(Encoder(n_blocks, d, n_hidden), ag.Tensor(np.random.randn(N, d)))",
    {"n_blocks": 9, "N": 3, "d": 3, "n_hidden": 4},
    fitted=("n_blocks",),
)

DENSE_BLOCK = Program(
    '''\
def dense_block(x, n_layers, growth):
    for layer in range(n_layers):
        W = ag.Tensor(np.random.randn(x.shape[1], growth))
        x = ag.concatenate([x, ag.relu(x @ W)], axis=1)
    return x
''',
    "dense_block(ag.Tensor(np.random.randn(N, d)), n_layers, growth)",
    {"N": 3, "d": 3, "n_layers": 9, "growth": 3},
    fitted=("n_layers",),
)

GRADIENT_DESCENT = Program(
    '''\
def train(X, y, n_steps, rate=0.1):
    w = np.zeros(X.shape[1])
    for step in range(n_steps):
        weights = ag.Tensor(w, requires_grad=True)
        residual = X @ weights - y
        loss = ag.mean(residual * residual)
        loss.backward()
        w = w - rate * weights.grad
    return w
''',
    "train(ag.Tensor(np.random.randn(N, d)), ag.Tensor(np.random.randn(N)), n_steps)",
    {"N": 4, "d": 3, "n_steps": 8},
    fitted=("n_steps",),
)

# ---- lists filled in loops ----

BEAM = Program(
    '''\
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
''',
    "beam_search(ag.Tensor(np.random.randn(n_steps, n_words)), n_beams)",
    {"n_steps": 8, "n_beams": 4, "n_words": 4},
)

TRANSPOSED_CONVOLUTION = Program(
    '''\
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
''',
    "upsample(ag.Tensor(np.random.randn(N, H, W)), K, S)",
    {"N": 3, "H": 4, "W": 4, "K": 3, "S": 3},
)

LOSSES = Program(
    '''\
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
''',
    "ensemble(ag.Tensor(np.random.randn(N, d)), ag.Tensor(np.random.randn(N, 1)), n_models)",
    {"N": 4, "d": 3, "n_models": 8},
)

HEADS_IN_A_LOOP = Program(
    '''\
def head(x, d):
    Wq, Wk, Wv = [ag.Tensor(np.random.randn(x.shape[-1], d)) for _ in range(3)]
    scores = (x @ Wq) @ ag.moveaxis(x @ Wk, -1, -2) * d**-0.5
    return ag.softmax(scores, axis=-1) @ (x @ Wv)

def multi_head(x, n_heads, d):
    heads = []
    for h in range(n_heads):
        heads.append(head(x, d))
    joined = ag.concatenate(heads, axis=-1)
    Wo = ag.Tensor(np.random.randn(n_heads * d, x.shape[-1]))
    return joined @ Wo
''',
    "multi_head(ag.Tensor(np.random.randn(N, T, n_features)), n_heads, d)",
    {"N": 2, "T": 3, "n_features": 3, "n_heads": 7, "d": 3},
    fitted=("n_heads",),
)

# ---- one function at several sizes, configurations, inheritance ----

AUTOENCODER = Program(
    '''\
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
''',
    "autoencode(ag.Tensor(np.random.randn(N, d)), d, n_hidden, n_code)",
    {"N": 3, "d": 4, "n_hidden": 4, "n_code": 3},
)

CONFIGURED = Program(
    '''\
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
''',
    "run(ag.Tensor(np.random.randn(N, d)), **config)",
    {"N": 4, "d": 4, "n_hidden": 4},
)

SIAMESE = Program(
    '''\
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
''',
    "distances(ag.Tensor(np.random.randn(M, d)), ag.Tensor(np.random.randn(N, d)), n_hidden, n_code)",
    {"M": 4, "N": 4, "d": 3, "n_hidden": 3, "n_code": 3},
)

# ---- language: lookups, tied weights, masks, shifted slices ----

BIGRAMS = Program(
    '''\
def next_word_loss(tokens, n_words, d):
    table = ag.Tensor(0.1 * np.random.randn(n_words, d), requires_grad=True)
    context, target = tokens[:, :-1], tokens[:, 1:]
    x = ag.embedding(table, context)
    logits = x @ table.T
    right = ag.sum(x * ag.embedding(table, target), axis=-1)
    losses = ag.logsumexp(logits, axis=-1) - right
    return ag.mean(losses)
''',
    "next_word_loss(np.arange(N * T).reshape(N, T) * 0 + 1, n_words + 1, d)",
    {"N": 3, "T": 5, "n_words": 5, "d": 3},
)

CAUSAL_ATTENTION = Program(
    '''\
def causal_attention(x, Wq, Wk, Wv):
    N, T, d = x.shape
    queries, keys, values = x @ Wq, x @ Wk, x @ Wv
    scores = queries @ ag.transpose(keys, (0, 2, 1)) / np.sqrt(d)
    mask = np.triu(np.ones((T, T)), k=1) * -1e9
    weights = ag.softmax(scores + mask, axis=2)
    return weights @ values

def attend_and_shift(x):
    d = x.shape[-1]
    Wq, Wk, Wv = (ag.Tensor(np.random.randn(d, d)) for _ in range(3))
    y = causal_attention(x, Wq, Wk, Wv)
    return y[:, 1:] - y[:, :-1]
''',
    "attend_and_shift(ag.Tensor(np.random.randn(N, T, d)))",
    {"N": 3, "T": 5, "d": 4},
)

VISION_TOKENS = Program(
    '''\
class PatchEmbedding(ag.Module):
    def __init__(self, n_channels, width, n_features):
        super().__init__()
        self.width = width
        self.W = ag.Tensor(np.random.randn(n_channels * width**2, n_features), requires_grad=True)
        self.first = ag.Tensor(np.zeros((1, 1, n_features)), requires_grad=True)

    def forward(self, images):
        N, C, H, W = images.shape
        P = self.width
        rows = images.reshape(N, C, H // P, P, W // P, P)
        patches = ag.transpose(rows, (0, 2, 4, 1, 3, 5)).reshape(N, -1, C * P * P)
        tokens = patches @ self.W
        firsts = self.first + np.zeros((N, 1, 1))
        return ag.concatenate([firsts, tokens], axis=1)

def pooled(images, width, n_features):
    tokens = PatchEmbedding(images.shape[1], width, n_features)(images)
    return ag.mean(tokens[:, 1:], axis=1) + tokens[:, 0]
''',
    "pooled(ag.Tensor(np.random.randn(N, C, h*P, w*P)), P, n_features)",
    {"N": 2, "C": 2, "h": 3, "w": 3, "P": 3, "n_features": 3},
)

# ---- other number types, arrays outside the graph ----

SINGLE_PRECISION = Program(
    '''\
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
''',
    "forward(ag.Tensor(single(N, d)), n_hidden)",
    {"N": 4, "d": 4, "n_hidden": 4},
)

BY_HAND = Program(
    '''\
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
''',
    "by_hand(np.random.randn(N, d), np.random.randn(N, 1), n_hidden)",
    {"N": 4, "d": 4, "n_hidden": 4},
)

WINDOWS = Program(
    '''\
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
''',
    "conv1d(ag.Tensor(np.random.randn(N, C, T)), ag.Tensor(np.random.randn(n_out, C, K)), S)",
    {"N": 2, "C": 2, "T": 7, "n_out": 2, "K": 3, "S": 3},
)
