"""The key-value cache of a decoder: what it holds in bytes, and what it saves in multiply-adds.

A decoder makes one token after the other. With a cache it keeps the keys and values of the tokens so far; without,
it runs over all of them again. Sizes may be symbols.
"""

from __future__ import annotations

from typing import Any

__all__ = ["cached_step_multiply_adds", "key_value_cache_bytes", "uncached_step_multiply_adds"]


def key_value_cache_bytes(
    n_layers: Any, n_samples: Any, n_context: Any, n_groups: Any, head_width: Any, *, itemsize: Any = 8
) -> Any:
    """The bytes of all keys and values: a vector of `head_width` each, for every layer, sample, token and group.

    n_groups is the number of key and value heads: all heads, or 1 for multi-query attention.
    Units: bytes; `itemsize` bytes an entry, 8 for float64, 2 for float16 and bfloat16.
    Source: Shazeer 2019 (n_groups = 1); Ainslie et al. 2023, section 2.2.
    """
    return 2 * n_layers * n_samples * n_context * n_groups * head_width * itemsize


def cached_step_multiply_adds(n_context: Any, n_heads: Any, n_groups: Any, head_width: Any) -> Any:
    """Multiply-adds of one attention layer for the last of `n_context` tokens of a sample, with a cache.

    The four projections of the new token, then its query with all keys and its weights with all values; softmax and
    scaling are not multiply-adds.
    """
    n_features = n_heads * head_width
    projections = 2 * n_features * n_features + 2 * n_features * n_groups * head_width
    return projections + 2 * n_context * n_features


def uncached_step_multiply_adds(n_context: Any, n_heads: Any, n_groups: Any, head_width: Any) -> Any:
    """Multiply-adds of one attention layer for the same token when the layer runs over all `n_context` tokens again.

    `n_context` times those with a cache: scores that a causal mask hides are computed too, as in MultiHeadAttention.
    """
    return n_context * cached_step_multiply_adds(n_context, n_heads, n_groups, head_width)
