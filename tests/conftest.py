"""What holds for all tests."""

from hypothesis import settings

# A timing is never asserted, also not by the deadline that Hypothesis would set for each example.
settings.register_profile("untimed", deadline=None, max_examples=40)
# `pytest --hypothesis-profile=thorough` tries ten times as many.
settings.register_profile("thorough", deadline=None, max_examples=400)
settings.load_profile("untimed")
