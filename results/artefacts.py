"""Writes a run to disk as it goes on."""

import json
import shutil
from pathlib import Path
from typing import Any

from exchange.simulated.records import Records
from results.attempt import check_determinism, open_partial, put_in_place, write_synced
from results.labels import Labels
from results.metrics import MetricsAccumulator
from results.result import FileTables, Result
from results.row_hashes import hash_of_file, result_hashes
from results.run_document import run_document
from results.schema import TABLES
from results.summary import RunSummary
from results.table_writer import TableWriter


class ArtefactRecorder:
    """Writes the tables of a run under `runs_dir` in bounded memory, and puts them into place when it is finished.

    Until then they lie in a `.partial` directory, which a crash leaves behind. Raises ValueError when `play_id` is not
    a plain directory name.
    """

    def __init__(self, runs_dir: Path, play_id: str, labels: Labels) -> None:
        if Path(play_id).name != play_id or not play_id.strip("."):
            raise ValueError(f"{play_id!r} cannot name a directory; use letters, digits, - and _")
        self._folder, self._play_id = Path(runs_dir) / play_id, play_id
        self.partial = open_partial(self._folder)
        self._writers = {table: TableWriter(table, self.partial, labels) for table in TABLES}
        self._metrics = MetricsAccumulator()

    @property
    def has_records(self) -> bool:
        """Whether an equity point has been added, so that there is something to finish."""
        return self._metrics.curve.points > 0

    def add(self, records: Records) -> None:
        """Append the records to the files."""
        self._metrics.add(records)
        for table, writer in self._writers.items():
            writer.add(getattr(records, table), records.notes)

    def finish(self, summary: RunSummary) -> Result:
        """Write the rest and rename the directory to its attempt number.

        Raises DeterminismError, with the artefacts in place, when an earlier run of the same inputs had another result.
        """
        metrics = self._metrics.metrics_of(summary)
        for writer in self._writers.values():
            writer.close()
        rows = result_hashes(**{table: hash_of_file(table, self.partial) for table in ("trades", "fills", "equity")})
        hashes = {**summary.input_hashes(), **rows}
        run = run_document(summary, play_id=self._play_id, hashes=hashes)
        write_synced(self.partial / "metrics.json", _json(metrics))
        self._write_plays(summary)
        name = hashes["input_hash"][:12]

        def write_run(attempt: int) -> None:
            run["run_id"] = f"{self._play_id}/{name}/{attempt:03d}"
            write_synced(self.partial / "run.json", _json(run))

        place = put_in_place(self.partial, self._folder / name, write_run)
        check_determinism(place)
        return Result(run=run, metrics=metrics, tables=FileTables(place), path=place)

    def discard(self) -> None:
        """Remove the partial directory."""
        for writer in self._writers.values():
            writer.abandon()
        shutil.rmtree(self.partial)

    def _write_plays(self, summary: RunSummary) -> None:
        for staged in summary.plays:
            name = "play.yaml" if len(summary.plays) == 1 else f"play-{staged.instance}.yaml"
            write_synced(self.partial / name, staged.play.text)


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
