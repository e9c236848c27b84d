"""A QR code for every page, with the paper's id and the page's number and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["page_code"]


def page_code(paper_id: str, page: int) -> str:
    """The code `K7QF-2MXP/3` as an SVG without a margin: one path of black squares."""
    import segno

    # Any mask reads as well on a code this small; choosing the best of eight takes five times as long.
    code = segno.make_qr(f"{paper_id}/{page}", error="m", boost_error=False, mask=2)
    rows = [list(row) for row in code.matrix]
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row))
    n = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n} {n}" width="{n}" height="{n}">'
        f'<path d="{path}"/></svg>'
    )


def _runs(row: list[int]) -> Iterator[tuple[int, int]]:
    """Where dark squares begin and how many stand side by side."""
    start = 0
    while start < len(row):
        end = start
        while end < len(row) and row[end]:
            end += 1
        if end > start:
            yield start, end - start
        start = end + 1
