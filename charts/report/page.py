"""The page: all sections as one HTML file that needs no network."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bokeh.document import Document
from bokeh.embed import file_html
from bokeh.events import DocumentReady
from bokeh.resources import INLINE

from charts.report.headline import alarms, head, tiles
from charts.report.look import follow_scheme, time_range
from charts.report.markup import Piece, Section
from charts.report.metric_names import metrics_of
from charts.report.sections import Prices, RunTables, curves_over_time, sections
from charts.report.style import STYLE

if TYPE_CHECKING:
    from results.result import Result

# HTML and figures in turn. The HTML is put in as it is: texts were escaped where it was made.
_TEMPLATE = """
{% from macros import embed %}
{% block postamble %}
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{{ style }}</style>
{% endblock %}
{% block contents %}
{% for html, root in placed %}{{ html }}{% if root %}{{ embed(roots[root]) }}{% endif %}{% endfor %}
{% endblock %}
"""


def write_report(result: "Result", path: Path, prices: Prices) -> None:
    """Write the report of a run to `path`; `prices` are the candles of its symbols, as far as they are at hand."""
    title = f"{result.play_id} · {', '.join(result.run['symbols'])} · report"
    document = Document()
    document.title = title
    placed = _place(document, _pieces(document, result, prices))
    variables = {"style": STYLE, "placed": placed}
    html = file_html(document, resources=INLINE, title=title, template=_TEMPLATE, template_variables=variables)
    path.write_text(html, encoding="utf-8")


def _pieces(document: Document, result: "Result", prices: Prices) -> list[Piece]:
    """Everything that the page shows, from top to bottom; the document is told what to do when it opens."""
    run, metrics = result.run, metrics_of(result.metrics)
    tables = RunTables(equity=result.equity, trades=result.trades, fills=result.fills)
    times = time_range(run["start_ms"], max(run["stop_ts"], run["start_ms"] + run["exec_ms"]))
    curves = curves_over_time(run, metrics, tables, prices, times)
    parts = list(sections(run, result.metrics, metrics, tables, curves))
    pieces = [piece for part in parts for piece in part.placed()]
    figures = [piece for piece in pieces if not isinstance(piece, str)]
    document.js_on_event(DocumentReady, curves.fit(), follow_scheme(figures))
    top = [head(run), _contents(parts), *alarms(run, metrics.values["trades"]), tiles(metrics)]
    return ["<main>", *top, *pieces, "</main>"]


def _contents(parts: Sequence[Section]) -> str:
    links = "".join(f"<a href='#{part.anchor}'>{escape(part.title)}</a>" for part in parts)
    return f"<nav>{links}</nav>"


def _place(document: Document, pieces: Iterable[Piece]) -> list[tuple[str, str]]:
    """Each piece as HTML and the name of the figure that follows it, or none."""
    placed: list[tuple[str, str]] = []
    figures: list[Any] = []
    for number, piece in enumerate(pieces):
        if isinstance(piece, str):
            placed.append((piece, ""))
        else:
            piece.name = f"figure{number}"
            figures.append(piece)
            placed.append(("", piece.name))
    # Added one by one, each would have the document look through all of them again.
    with document.models.freeze():
        for one in figures:
            document.add_root(one)
    return placed
