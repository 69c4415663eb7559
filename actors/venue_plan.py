"""What is wanted of a local venue."""

import attrs


@attrs.frozen(kw_only=True)
class VenuePlan:
    """A local venue that is wanted: its name, and how many market seconds it plays in a second (None: as fast as its
    accounts follow)."""

    name: str
    speed: float | None
