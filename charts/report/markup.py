"""The elements that the report is made of, as HTML. Every text is escaped here and nowhere else."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import attrs

# A piece of the page: HTML, or a figure that the browser draws in this place.
Piece = str | Any


@attrs.frozen
class Cell:
    """A cell of a table: its text, a smaller `remark` below it, and a `tone` (up, down, caution, faint, total).

    `share` is the length of a bar behind the text, as a fraction of the cell.
    """

    text: str
    remark: str = ""
    tone: str = ""
    share: float = 0.0


Row = Sequence[str | Cell]


@attrs.frozen(kw_only=True, eq=False)
class Section:
    """A part of the page under a heading; `lead` is a sentence on what it shows."""

    anchor: str
    title: str
    lead: str = ""
    pieces: Sequence[Piece]

    def placed(self) -> list[Piece]:
        """The section as pieces of the page."""
        lead = paragraph(self.lead, "lead") if self.lead else ""
        return [f"<section id='{self.anchor}'><h2>{escape(self.title)}</h2>{lead}", *self.pieces, "</section>"]


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph; `kind` is lead, note or empty."""
    return f"<p{_class(kind)}>{escape(text)}</p>"


def banner(title: str, texts: Iterable[str], tone: str) -> str:
    """A box that must not be overlooked; `tone` is down or caution."""
    lines = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<div class='banner {tone}'><b>{escape(title)}</b><ul>{lines}</ul></div>"


def drawn(title: str, figure: Piece, note: str) -> list[Piece]:
    """A figure with its title above and a note on how to read it below."""
    caption = f"<figcaption>{escape(note)}</figcaption>" if note else ""
    return [f"<figure><h3>{escape(title)}</h3>", figure, f"{caption}</figure>"]


def missing(title: str, why: str) -> list[Piece]:
    """What stands in place of a figure or table that has nothing to show."""
    return [f"<figure class='missing'><h3>{escape(title)}</h3><p>{escape(why)}</p></figure>"]


def side_by_side(*blocks: Sequence[Piece]) -> list[Piece]:
    """Blocks beside each other where the window is wide enough."""
    return ["<div class='pair'>", *(piece for block in blocks for piece in block), "</div>"]


def table(headings: Sequence[str], rows: Iterable[Row], *, left: Sequence[int] = (0,), title: str = "") -> str:
    """A table; columns whose number is in `left` hold words, all others numbers."""
    kinds = ["words" if column in left else "" for column in range(len(headings))]
    head = "".join(f"<th{_class(kind)}>{escape(text)}</th>" for text, kind in zip(headings, kinds, strict=True))
    body = "".join(f"<tr>{''.join(map(_cell, row, kinds))}</tr>" for row in rows)
    caption = f"<h3>{escape(title)}</h3>" if title else ""
    return f"<div class='table'>{caption}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def folded(title: str, body: str) -> str:
    """Something long that opens with a click."""
    return f"<details><summary>{escape(title)}</summary>{body}</details>"


def _cell(cell: str | Cell, kind: str) -> str:
    cell = Cell(cell) if isinstance(cell, str) else cell
    remark = f"<small>{escape(cell.remark)}</small>" if cell.remark else ""
    bar = f"<i style='width:{min(cell.share, 1.0):.1%}'></i>" if cell.share else ""
    return f"<td{_class(f'{kind} {cell.tone}'.strip())}>{bar}<span>{escape(cell.text)}</span>{remark}</td>"


def _class(names: str) -> str:
    return f" class='{names}'" if names else ""
