"""A second implementation of Play rules: plain Python, one instant after the other, written from the language alone.

It shares no code with the engine and knows nothing of indicators or structures, whose columns come from outside. Where
the two disagree, one of them has misread the language.
"""
