"""One value of a candle table that cannot be used, before anybody knows which file and row it came from."""


class BadCell(Exception):
    """Raised by checks that see a batch of rows; whoever knows the file turns it into a DataError with `text`.

    `index` counts the rows of the batch from 0. `column` is our name of the column. `found` is the value as the reader
    would write it, `allowed` what may stand there, `remedy` what to do.
    """

    def __init__(self, index: int, column: str, found: str, allowed: str, remedy: str) -> None:
        super().__init__(f"{column}: {found}")
        self.index = index
        self.column = column
        self.found = found
        self.allowed = allowed
        self.remedy = remedy

    def text(self, place: str, column: str) -> str:
        """The whole sentence; `place` names file and row, `column` is the column as the file calls it."""
        return f"{place}, column {column}: found {self.found}; allowed: {self.allowed}. {self.remedy}."
