"""Layers and networks, written once and run on numbers, on counting numbers or on shapes alone."""

from __future__ import annotations

from engine.layers.attention import MultiHeadAttention, ScaledAttention, SingleHeadAttention
from engine.layers.cache import cached_step_multiply_adds, key_value_cache_bytes, uncached_step_multiply_adds
from engine.layers.convolution import Conv2d
from engine.layers.lenet import LeNet5
from engine.layers.linear import Linear
from engine.layers.making import Maker
from engine.layers.module import Module
from engine.layers.normalization import BatchNorm2d, LayerNorm
from engine.layers.pooling import AvgPool2d, MaxPool2d
from engine.layers.transformer import MLP, PreNormBlock, TransformerBlock

__all__ = [
    "MLP",
    "AvgPool2d",
    "BatchNorm2d",
    "Conv2d",
    "LayerNorm",
    "LeNet5",
    "Linear",
    "Maker",
    "MaxPool2d",
    "Module",
    "MultiHeadAttention",
    "PreNormBlock",
    "ScaledAttention",
    "SingleHeadAttention",
    "TransformerBlock",
    "cached_step_multiply_adds",
    "key_value_cache_bytes",
    "uncached_step_multiply_adds",
]
