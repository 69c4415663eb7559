"""The report of a run as one page for a browser: what came of it, and what was assumed for it."""
