"""The control of the venue, and its state on disk."""
