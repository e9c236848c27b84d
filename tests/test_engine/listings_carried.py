"""Programs as textbooks print them in which a state is carried from step to step; for `test_listing_textbook.py`."""

from __future__ import annotations

from tests.test_engine.listings_textbook import Program

RNN = Program(
    """\
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
""",
    "RNN(n_features, n_hidden)(ag.Tensor(np.random.randn(n_samples, n_steps, n_features)))",
    {"n_samples": 3, "n_steps": 12, "n_features": 3, "n_hidden": 3},
    fitted=("n_steps",),
)

LSTM = Program(
    """\
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
""",
    "LSTM(d, n)(ag.Tensor(np.random.randn(T, N, d)))",
    {"T": 9, "N": 3, "d": 3, "n": 3},
    fitted=("T",),
)

BOTH_DIRECTIONS = Program(
    """\
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
""",
    "both_directions(ag.Tensor(np.random.randn(N, T, d)), n)",
    {"N": 3, "T": 8, "d": 3, "n": 3},
    fitted=("T",),
)

TRANSLATION = Program(
    """\
def attend(query, memory):
    scores = ag.sum(memory * query.reshape(-1, 1, query.shape[1]), axis=2)
    weights = ag.softmax(scores, axis=1)
    n_samples, n_places = weights.shape
    return (weights.reshape(n_samples, 1, n_places) @ memory).reshape(n_samples, -1)

def translate(source, n_out, n):
    n_samples, n_in, d = source.shape
    W, U = ag.Tensor(np.random.randn(d, n)), ag.Tensor(np.random.randn(n, n))
    V = ag.Tensor(np.random.randn(2 * n, n))
    h = ag.Tensor(np.zeros((n_samples, n)))
    states = []
    for t in range(n_in):
        h = ag.tanh(source[:, t] @ W + h @ U)
        states.append(h.reshape(n_samples, 1, n))
    memory = ag.concatenate(states, axis=1)
    for t in range(n_out):
        context = attend(h, memory)
        h = ag.tanh(ag.concatenate([h, context], axis=1) @ V)
    return h
""",
    "translate(ag.Tensor(np.random.randn(n_samples, n_in, d)), n_out, n)",
    {"n_samples": 3, "n_in": 8, "d": 3, "n_out": 8, "n": 3},
    fitted=("n_in", "n_out"),
)

RESIDUAL_ENCODER = Program(
    """\
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
""",
    "count_and_run(Encoder(n_blocks, d, n_hidden), ag.Tensor(np.random.randn(N, d)))",
    {"n_blocks": 9, "N": 3, "d": 3, "n_hidden": 4},
    fitted=("n_blocks",),
)

DENSE_BLOCK = Program(
    """\
def dense_block(x, n_layers, growth):
    for layer in range(n_layers):
        W = ag.Tensor(np.random.randn(x.shape[1], growth))
        x = ag.concatenate([x, ag.relu(x @ W)], axis=1)
    return x
""",
    "dense_block(ag.Tensor(np.random.randn(N, d)), n_layers, growth)",
    {"N": 3, "d": 3, "n_layers": 9, "growth": 3},
    fitted=("n_layers",),
)

HEADS_ONE_BY_ONE = Program(
    """\
def head(x, d):
    Wq, Wk, Wv = [ag.Tensor(np.random.randn(x.shape[-1], d)) for _ in range(3)]
    scores = (x @ Wq) @ ag.moveaxis(x @ Wk, -1, -2) * d**-0.5
    return ag.softmax(scores, axis=-1) @ (x @ Wv)

def multi_head(x, n_heads, d):
    joined = head(x, d)
    for h in range(1, n_heads):
        joined = ag.concatenate([joined, head(x, d)], axis=-1)
    Wo = ag.Tensor(np.random.randn(n_heads * d, x.shape[-1]))
    return joined @ Wo
""",
    "multi_head(ag.Tensor(np.random.randn(N, T, n_features)), n_heads, d)",
    {"N": 2, "T": 3, "n_features": 3, "n_heads": 7, "d": 3},
    fitted=("n_heads",),
)

LIST_OF_WIDTHS = Program(
    """\
def mlp(x, n_layers, n_hidden):
    widths = [x.shape[1]] + n_layers * [n_hidden] + [1]
    for layer in range(len(widths) - 1):
        W = ag.Tensor(np.random.randn(widths[layer], widths[layer + 1]), requires_grad=True)
        x = x @ W
        if layer < len(widths) - 2:
            x = ag.relu(x)
    return x
""",
    "mlp(ag.Tensor(np.random.randn(N, d)), n_layers, n_hidden)",
    {"N": 3, "d": 4, "n_layers": 9, "n_hidden": 4},
    fitted=("n_layers",),
)

GRADIENT_DESCENT = Program(
    """\
def train(X, y, n_steps, rate=0.1):
    w = np.zeros(X.shape[1])
    for step in range(n_steps):
        weights = ag.Tensor(w, requires_grad=True)
        residual = X @ weights - y
        loss = ag.mean(residual * residual)
        loss.backward()
        w = w - rate * weights.grad
    return w
""",
    "train(ag.Tensor(np.random.randn(N, d)), ag.Tensor(np.random.randn(N)), n_steps)",
    {"N": 4, "d": 3, "n_steps": 9},
    fitted=("n_steps",),
)
