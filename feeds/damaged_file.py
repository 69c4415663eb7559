"""A file of the candle store that is not what its writer left."""

from pathlib import Path

from play_engine.errors import DataError

SET_ASIDE = "`supervisor.py data repair` sets damaged files aside; then fetch or import their rows again"


class DamagedFile(DataError):
    """Raised for a file at `path`; `found` says what is wrong with it, `remedy` what to do."""

    def __init__(self, path: Path, found: str, remedy: str = SET_ASIDE) -> None:
        super().__init__(f"{path}: {found}. {remedy}.")
        self.path = path
        self.found = found
        self.remedy = remedy
