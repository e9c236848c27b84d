"""GPT-2 as a question would print it; `test_published_gpt2.py` runs it on sizes that are not known."""

GPT_2 = """\
class Linear(ag.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = ag.Tensor(0.02 * np.random.randn(n_in, n_out), requires_grad=True)
        self.bias = ag.Tensor(np.zeros(n_out), requires_grad=True)

    def forward(self, x):
        return x @ self.weight + self.bias


class LayerNorm(ag.Module):
    def __init__(self, n_features):
        super().__init__()
        self.gain = ag.Tensor(np.ones(n_features), requires_grad=True)
        self.bias = ag.Tensor(np.zeros(n_features), requires_grad=True)

    def forward(self, x):
        centered = x - ag.mean(x, axis=-1, keepdims=True)
        variance = ag.mean(centered * centered, axis=-1, keepdims=True)
        return centered / (variance + 1e-5)**0.5 * self.gain + self.bias


def gelu(x):
    return 0.5 * x * (1 + ag.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


class Attention(ag.Module):
    def __init__(self, n_heads, head_width):
        super().__init__()
        self.n_heads = n_heads
        self.head_width = head_width
        n_features = n_heads * head_width
        self.queries_keys_values = Linear(n_features, 3 * n_features)
        self.output = Linear(n_features, n_features)

    def split(self, x):
        n_samples, n_tokens, _ = x.shape
        return ag.moveaxis(x.reshape(n_samples, n_tokens, self.n_heads, self.head_width), 1, 2)

    def forward(self, x):
        n_samples, n_tokens, n_features = x.shape
        fused = self.queries_keys_values(x)
        queries = self.split(fused[:, :, :n_features])
        keys = self.split(fused[:, :, n_features:2 * n_features])
        values = self.split(fused[:, :, 2 * n_features:])
        scores = queries @ ag.moveaxis(keys, 2, 3) / np.sqrt(self.head_width)
        later = np.triu(np.full((n_tokens, n_tokens), -1e9), 1)
        mixed = ag.softmax(scores + later, axis=-1) @ values
        return self.output(ag.moveaxis(mixed, 1, 2).reshape(n_samples, n_tokens, n_features))


class Block(ag.Module):
    def __init__(self, n_heads, head_width):
        super().__init__()
        n_features = n_heads * head_width
        self.norm1 = LayerNorm(n_features)
        self.attention = Attention(n_heads, head_width)
        self.norm2 = LayerNorm(n_features)
        self.hidden = Linear(n_features, 4 * n_features)
        self.output = Linear(4 * n_features, n_features)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.output(gelu(self.hidden(self.norm2(x))))


class GPT2(ag.Module):
    def __init__(self, n_layers, n_heads, head_width, n_words, n_positions):
        super().__init__()
        n_features = n_heads * head_width
        self.words = ag.Tensor(0.02 * np.random.randn(n_words, n_features), requires_grad=True)
        self.positions = ag.Tensor(0.01 * np.random.randn(n_positions, n_features), requires_grad=True)
        self.blocks = [Block(n_heads, head_width) for _ in range(n_layers)]
        self.norm = LayerNorm(n_features)

    def forward(self, tokens):
        x = ag.embedding(self.words, tokens) + ag.embedding(self.positions, np.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.norm(x) @ ag.transpose(self.words)  # the head is tied to the embedding
"""
