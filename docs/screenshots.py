"""Makes the pictures of docs/charts.md: charts of recorded bars, photographed in a real browser.

    python docs/screenshots.py BTCUSDT-1m.parquet [--start 2023-08-08] [--end 2023-08-10T12:00]

Needs the library of the command `chart` and Chromium or Chrome.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from commands.chart import Trades, run_chart  # noqa: E402  the script lies outside the packages
from commands.option_types import Instant  # noqa: E402

IMAGES = ROOT / "docs" / "images"
PLAY = ROOT / "plays" / "order_block_retest.yml"
# Picture → what is drawn of the Play, and the size of the window in pixels.
PICTURES = {
    "order-blocks": ("swing,impulse,ob", "1400,800"),
    "market-structure": ("swing,ms", "1400,800"),
    "fair-value-gaps": ("gap", "1400,800"),
}
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
def main(candles: Path, start_ms: int, end_ms: int) -> None:
    """Draw the bars of CANDLES, which must be of the Play's symbol, and photograph each chart into docs/images/."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise click.ClickException("no browser on PATH; install one, for example: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, (only, size) in PICTURES.items():
            page = Path(folder) / f"{name}.html"
            bounds_ms = (start_ms, end_ms)
            run_chart(str(PLAY), candles, page, bounds_ms, (), only, Trades(run=False), force=True, as_json=False)
            photograph(browser, page, IMAGES / f"{name}.png", size)


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
