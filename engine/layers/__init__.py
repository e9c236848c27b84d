"""Layers and networks, written once and run on numbers, on counting numbers or on shapes alone."""

from __future__ import annotations

from engine.layers.linear import Linear
from engine.layers.making import Maker
from engine.layers.module import Module

__all__ = ["Linear", "Maker", "Module"]
