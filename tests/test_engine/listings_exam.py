"""The practice exam's programs with its names and its meaning, written anew: what questions on it print."""

from __future__ import annotations

IM2COL = """\
def im2col_matrix_sparse(Xin, K, S=1):
    N, Cin, Hin, Win = Xin.shape
    CHW = Cin * Hin * Win
    Hout = (Hin - K) // S + 1
    Wout = (Win - K) // S + 1
    P = Hout * Wout  # patches in an image
    patch_size = Cin * K * K
    data = [1 for _ in range(P * patch_size)]
    row_indices = []
    col_indices = list(range(P * patch_size))
    patch_idx = 0
    for hout in range(Hout):
        for wout in range(Wout):
            for cin in range(Cin):
                for hker in range(K):
                    for wker in range(K):
                        pixel = cin * Hin * Win + (hout * S + hker) * Win + wout * S + wker
                        row_indices.append(pixel)
            patch_idx += 1
    im2col_mat_sparse = csr_matrix((data, (row_indices, col_indices)), shape=(CHW, P * patch_size))
    return im2col_mat_sparse
"""

CONVOLUTION = (
    IM2COL
    + """

class Conv2d(Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1):
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        he_constant = np.sqrt(2 / (in_channels * kernel_size**2))
        self.weight = ag.Tensor(np.random.randn(in_channels * kernel_size**2, out_channels) * he_constant)
        self.bias = ag.Tensor(np.zeros(out_channels))
        self._parameters["weight"] = self.weight
        self._parameters["bias"] = self.bias
        self.im2col_mat = None

    def forward(self, Xin):
        N, Cin, Hin, Win = Xin.shape
        assert Cin == self.in_channels
        K = self.kernel_size
        S = self.stride
        Hout = (Hin - K) // S + 1
        Wout = (Win - K) // S + 1
        P = Hout * Wout
        patch_size = Cin * K * K
        Cout = self.out_channels
        Xin_flat = Xin.reshape(-1, Cin * Hin * Win)
        if self.im2col_mat is None:
            self.im2col_mat = im2col_matrix_sparse(Xin, K, S)
        Xin_im2col = ag.spcmatmul(Xin_flat, self.im2col_mat)
        Xin_patches_flat = Xin_im2col.reshape(N, P, patch_size)
        Xout_flat = (Xin_patches_flat @ self.weight) + self.bias
        Xout_flat = ag.moveaxis(Xout_flat, 1, 2)
        Xout = Xout_flat.reshape(N, Cout, Hout, Wout)
        return Xout
"""
)

ATTENTION = """\
class SingleHeadAttention:
    def __init__(self, n_features):
        self.Wq = ag.Tensor(np.random.randn(n_features, n_features), label="Wq")
        self.Wk = ag.Tensor(np.random.randn(n_features, n_features), label="Wk")
        self.Wv = ag.Tensor(np.random.randn(n_features, n_features), label="Wv")

    def __call__(self, Xin):
        # Xin and Xout are (n_samples, n_context, n_features)
        Queries = Xin @ self.Wq
        Keys = Xin @ self.Wk
        KQ = Keys @ ag.moveaxis(Queries, 1, 2)
        expKQ = ag.exp(KQ)
        softmaxKQ = expKQ / ag.sum(expKQ, axis=1, keepdims=True)
        P = ag.moveaxis(Xin, 1, 2) @ softmaxKQ
        Xout = ag.moveaxis(P, 1, 2) @ self.Wv
        return Xout


class MLP:
    def __init__(self, n_features, n_hidden):
        self.Wh = ag.Tensor(np.random.randn(n_features, n_hidden), label="Wh")
        self.bh = ag.Tensor(np.random.randn(n_hidden), label="bh")
        self.Wo = ag.Tensor(np.random.randn(n_hidden, n_features), label="Wo")
        self.bo = ag.Tensor(np.random.randn(n_features), label="bo")

    def __call__(self, Xin):
        hidden = ag.relu((Xin @ self.Wh) + self.bh)
        return hidden @ self.Wo + self.bo


class TransformerBlock:
    def __init__(self, n_features, n_hidden):
        self.att = SingleHeadAttention(n_features)
        self.mlp = MLP(n_features, n_hidden)

    def __call__(self, Xin):
        return self.mlp(self.att(Xin))
"""

CHAIN = """\
class Tensor:  # a Tensor with gradients
    def __init__(self, value, requires_grad=False, rematerializer=None, _backward=lambda: None, inputs=(), label=""):
        if type(value) in [float, int]:
            value = np.array(value)
        self.requires_grad = requires_grad
        self.rematerializer = rematerializer  # None: keep the value
        self.value = 1.0 * value
        self.grad = None
        if self.requires_grad:
            self.grad = np.zeros_like(self.value)


num_layers = 10
num_samples = 4096
dim_hidden = 1000
weights = [ag.Tensor(0.02 * np.random.randn(dim_hidden, dim_hidden), requires_grad=True) for _ in range(num_layers)]
X = ag.Tensor(np.random.randn(num_samples, dim_hidden))


def forward(x, weights):
    for w in weights:
        x = ag.matmul(x, w)
    return ag.sum(x)
"""
