"""The result of a run: its metrics, its tables, its hashes, and how it prints itself."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from exchange.simulated.records import Records
from play_engine.errors import DataError
from results.archive import read_kept
from results.labels import Labels
from results.printing import result_html, result_text

if TYPE_CHECKING:
    import pyarrow as pa


class Tables(Protocol):
    """Where a result finds its tables."""

    def read(self, table: str) -> "pa.Table":
        """The table called trades, orders, fills, ledger or equity."""
        ...


@attrs.frozen
class MemoryTables:
    """Tables whose rows are in memory."""

    chunks: Sequence[Records]
    labels: Labels

    def read(self, table: str) -> "pa.Table":
        """The rows as an Arrow table."""
        import pyarrow as pa

        from results.tables import SCHEMAS, arrow_batch

        filled = (chunk for chunk in self.chunks if len(getattr(chunk, table)))
        batches = [arrow_batch(table, getattr(chunk, table), self.labels, chunk.notes) for chunk in filled]
        return pa.Table.from_batches(batches, schema=SCHEMAS[table])


@attrs.frozen
class FileTables:
    """Tables that lie on disk; each is read when it is asked for."""

    folder: Path

    def read(self, table: str) -> "pa.Table":
        """The file as an Arrow table. Raises DataError if it is damaged."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        file = self.folder / f"{table}.parquet"
        try:
            return pq.read_table(file)
        except pa.ArrowInvalid as error:
            raise DataError(f"{file} is damaged: {error}; perform the run again") from error


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Result:
    """What a run leaves behind.

    `run` is the document of run.json, `metrics` that of metrics.json. The tables are Arrow tables, made when they are
    asked for (`result.trades.to_pandas()`, `result.equity["equity"].to_numpy()`). `path` is the directory of the
    artefacts, None when there are none.
    """

    run: dict[str, Any]
    metrics: dict[str, Any]
    tables: Tables
    path: Path | None = None

    @property
    def play_id(self) -> str:
        """The Play's id, or the account's name when several Plays shared it."""
        return self.run["play_id"]

    @property
    def window(self) -> tuple[int, int]:
        """Start and end of the run in ms; the end is not part of it."""
        return self.run["start_ms"], self.run["end_ms"]

    @property
    def stop_reason(self) -> str:
        """Why the run ended: completed, max_drawdown, liquidation, bankrupt, halted or failed."""
        return self.run["stop_reason"]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the run wants its reader to know."""
        return tuple(self.run["warnings"])

    @property
    def hashes(self) -> dict[str, Any]:
        """All hashes of inputs and results, by name."""
        return self.run["hashes"]

    @property
    def input_hash(self) -> str:
        """Hash of everything that the run depended on."""
        return self.hashes["input_hash"]

    @property
    def result_hash(self) -> str:
        """Hash of what the run did; the same inputs give the same."""
        return self.hashes["result_hash"]

    @property
    def trades(self) -> "pa.Table":
        """One row for each position from flat to flat."""
        return self.tables.read("trades")

    @property
    def orders(self) -> "pa.Table":
        """One row for each order that reached its final state."""
        return self.tables.read("orders")

    @property
    def fills(self) -> "pa.Table":
        """One row for each execution."""
        return self.tables.read("fills")

    @property
    def ledger(self) -> "pa.Table":
        """One row for each movement of the wallet."""
        return self.tables.read("ledger")

    @property
    def equity(self) -> "pa.Table":
        """One row for the start and for each exec close."""
        return self.tables.read("equity")

    def to_dict(self) -> dict[str, Any]:
        """Run and metrics as plain values for JSON; `result_hash` stands at the top as well as among the hashes."""
        path = str(self.path) if self.path else None
        return {"result_hash": self.result_hash, **self.run, "path": path, "metrics": self.metrics}

    def __repr__(self) -> str:
        return result_text(self.run, self.metrics, self.path)

    def _repr_html_(self) -> str:
        return result_html(self.run, self.metrics, self.path)


def open_result(path: Path) -> Result:
    """The result whose artefacts lie in the directory `path`. Raises DataError if no finished run lies there."""
    kept = read_kept(path)
    return Result(run=kept.run, metrics=kept.metrics, tables=FileTables(path), path=path)
