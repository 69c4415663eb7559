"""Measurements of the program against references that run beside it. Nothing here is asserted."""
