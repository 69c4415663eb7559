"""The market of the venue: what it replays, and how that is shown."""
