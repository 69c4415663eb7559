"""What takes a run's records while it goes on, and makes the result of them in the end."""

from typing import Protocol

from exchange.simulated.records import Records
from results.labels import Labels
from results.metrics import MetricsAccumulator
from results.result import MemoryTables, Result
from results.row_hashes import hash_of_rows, result_hashes
from results.run_document import run_document
from results.summary import RunSummary


class Recorder(Protocol):
    """Takes records in the order of their events. After `finish` or `discard` a recorder is of no more use."""

    @property
    def has_records(self) -> bool:
        """Whether an equity point has been added, so that there is something to finish."""
        ...

    def add(self, records: Records) -> None:
        """Append records; their arrays belong to the recorder from now on and must not be written to."""
        ...

    def finish(self, summary: RunSummary) -> Result:
        """The result of everything added. Raises InternalError when not one equity point was."""
        ...

    def discard(self) -> None:
        """Forget the run and leave no trace of it, for a run that failed before anything was done."""
        ...


class MemoryRecorder:
    """Keeps every row in memory: for notebooks, tests and small runs."""

    def __init__(self, play_id: str, labels: Labels) -> None:
        self._play_id, self._labels = play_id, labels
        self._chunks: list[Records] = []
        self._metrics = MetricsAccumulator()

    @property
    def has_records(self) -> bool:
        """Whether an equity point has been added, so that there is something to finish."""
        return self._metrics.curve.points > 0

    def add(self, records: Records) -> None:
        """Keep the records."""
        self._metrics.add(records)
        self._chunks.append(records)

    def finish(self, summary: RunSummary) -> Result:
        """The result, with its tables in memory and without a path."""
        metrics = self._metrics.metrics_of(summary)
        rows = result_hashes(
            trades=hash_of_rows("trades", [chunk.trades for chunk in self._chunks]),
            fills=hash_of_rows("fills", [chunk.fills for chunk in self._chunks]),
            equity=hash_of_rows("equity", [chunk.equity for chunk in self._chunks]),
        )
        run = run_document(summary, play_id=self._play_id, hashes={**summary.input_hashes(), **rows})
        return Result(run=run, metrics=metrics, tables=MemoryTables(self._chunks, self._labels))

    def discard(self) -> None:
        """Let go of the rows."""
        self._chunks.clear()
