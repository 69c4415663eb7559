"""What holds for all tests."""

from hypothesis import settings

# A timing is never asserted, also not by the deadline that Hypothesis would set for each example.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
