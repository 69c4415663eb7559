"""VenueRefusal: what the venue answers to a request that it does not carry out."""


class VenueRefusal(Exception):
    """A request is refused, and nothing has changed: the envelope has `code` as retCode, `message` as retMsg."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message
