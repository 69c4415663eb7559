"""Makes the pictures of docs/charts.md and docs/report.md: pages of recorded bars, photographed in a real browser.

    python docs/screenshots.py BTCUSDT-1m.parquet [--start 2023-08-08] [--end 2023-08-10T12:00] [--only report]

The report is of a run over all the bars. Needs the library of the command `chart` and Chromium or Chrome.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from actors.harness import backtest  # noqa: E402  the script lies outside the packages
from commands.chart import Trades, run_chart  # noqa: E402
from commands.option_types import Instant  # noqa: E402
from commands.report import write_run_report  # noqa: E402
from feeds.candle_file import CandleFile  # noqa: E402

IMAGES = ROOT / "docs" / "images"
PLAY = ROOT / "plays" / "order_block_retest.yml"
# Picture → what is drawn of the Play, and the size of the window in pixels.
PICTURES = {
    "order-blocks": ("swing,impulse,ob", "1400,800"),
    "market-structure": ("swing,ms", "1400,800"),
    "fair-value-gaps": ("gap", "1400,800"),
}
REPORT = "report"
REPORT_PLAY = ROOT / "plays" / "turtle_breakout.yml"
REPORT_SYMBOL, REPORT_SIZE = "BTCUSDT", "1240,1362"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# Time that the page's own clock may run before the picture is taken, ms.
PATIENCE_MS = 10_000
MOST_BYTES = 300_000


@click.command()
@click.argument("candles", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--start", "start_ms", type=Instant(), default="2023-08-08", show_default=True, help="First instant, UTC."
)
@click.option("--end", "end_ms", type=Instant(), default="2023-08-10T12:00", show_default=True, help="The end, UTC.")
@click.option("--only", type=click.Choice([*PICTURES, REPORT]), multiple=True, help="Take these pictures only.")
def main(candles: Path, start_ms: int, end_ms: int, only: tuple[str, ...]) -> None:
    """Draw the bars of CANDLES, which must be of the Plays' symbol, and photograph each page into docs/images/."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise click.ClickException("no browser on PATH; install one, for example: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in only or (*PICTURES, REPORT):
            page = Path(folder) / f"{name}.html"
            size = _write(name, page, candles, (start_ms, end_ms))
            photograph(browser, page, IMAGES / f"{name}.png", size)


def _write(name: str, page: Path, candles: Path, bounds_ms: tuple[int, int]) -> str:
    """Write the page of a picture and return the size of its window."""
    if name == REPORT:
        feed = CandleFile(candles, REPORT_SYMBOL)
        write_run_report(backtest(REPORT_PLAY, feed), {REPORT_SYMBOL: feed}, page)
        return REPORT_SIZE
    parts, size = PICTURES[name]
    run_chart(str(PLAY), candles, page, bounds_ms, (), parts, Trades(run=False), force=True, as_json=False)
    return size


def photograph(browser: str, page: Path, image: Path, size: str) -> None:
    """Let the browser draw the page and keep what it shows. Raises ClickException if nothing usable comes of it."""
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={size}"]
    command = [browser, *options, f"--virtual-time-budget={PATIENCE_MS}", f"--screenshot={image}", page.as_uri()]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)  # noqa: S603
    if done.returncode or not image.exists():
        raise click.ClickException(f"{browser} took no picture of {page}: {done.stderr.strip()}")
    if image.stat().st_size > MOST_BYTES:
        raise click.ClickException(f"{image} has more than {MOST_BYTES:,} bytes; choose a shorter window")


if __name__ == "__main__":
    main()
