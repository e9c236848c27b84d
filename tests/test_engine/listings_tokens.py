"""Programs on tokens as textbooks print them: heads, lookups, tied weights, masks; for `test_listing_textbook.py`."""

from __future__ import annotations

from tests.test_engine.listings_textbook import Program

HEADS_IN_A_LOOP = Program(
    """\
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
""",
    "multi_head(ag.Tensor(np.random.randn(N, T, n_features)), n_heads, d)",
    {"N": 2, "T": 3, "n_features": 3, "n_heads": 5, "d": 3},
)

HEADS_BY_SLICES = Program(
    """\
def split_heads(x, n_heads, d):
    N, T, n_features = x.shape
    assert n_features == n_heads * d
    total = 0
    for h in range(n_heads):
        part = x[:, :, h*d:(h + 1)*d]
        scores = part @ ag.moveaxis(part, 1, 2)
        total += ag.sum(scores)
    return total / n_heads
""",
    "split_heads(ag.Tensor(np.random.randn(N, T, n_heads * d)), n_heads, d)",
    {"N": 2, "T": 3, "n_heads": 6, "d": 3},
)

BIGRAMS = Program(
    """\
def next_word_loss(tokens, n_words, d):
    table = ag.Tensor(0.1 * np.random.randn(n_words, d), requires_grad=True)
    context, target = tokens[:-1], tokens[1:]
    x = ag.embedding(table, context)
    logits = x @ table.T
    right = ag.sum(x * ag.embedding(table, target), axis=-1)
    losses = ag.log(ag.sum(ag.exp(logits), axis=-1)) - right
    return ag.mean(losses)
""",
    "next_word_loss(np.arange(T + 1), T + 1 + n_others, d)",
    {"T": 7, "n_others": 5, "d": 4},
)

CAUSAL_ATTENTION = Program(
    """\
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
""",
    "attend_and_shift(ag.Tensor(np.random.randn(N, T, d)))",
    {"N": 3, "T": 5, "d": 4},
)

VISION_TOKENS = Program(
    """\
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
""",
    "pooled(ag.Tensor(np.random.randn(N, C, h*P, w*P)), P, n_features)",
    {"N": 2, "C": 2, "h": 3, "w": 3, "P": 3, "n_features": 3},
)
