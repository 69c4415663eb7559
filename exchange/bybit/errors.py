"""What can go wrong between us and the venue, by who has to act on it."""

from play_engine.errors import PlayhouseError


class VenueError(PlayhouseError):
    """A question that the venue did not answer; says which one, what came back, and what to do."""


class Refused(VenueError):
    """The venue understood the question and will not answer it, now or later. `code` is its own, or the HTTP status."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Throttled(VenueError):
    """We asked too often. `wait_s` is how long the venue wants silence, None where it does not say."""

    def __init__(self, message: str, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class Down(VenueError):
    """No answer, half of one, or an error inside the venue: the same question may succeed a moment later."""


class WrongAnswer(VenueError):
    """A complete answer that cannot be true: of another shape, another symbol, another time, with impossible values."""


class Unknown(VenueError):
    """Whether a request was carried out is not known: there was no answer, half of one, or one that does not say.
    It is not Refused: it must be looked up."""


class ProtocolError(VenueError):
    """Bytes that are not what the protocol says; `raw` has them (cut at a bound), for whoever has to find out why."""

    def __init__(self, message: str, raw: bytes) -> None:
        super().__init__(message)
        self.raw = raw
