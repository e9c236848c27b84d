"""Asks: families of questions, the variants drawn from them, and the papers made of those."""
