"""What the exit code of the program says."""

SUCCESS = 0
FAILED = 1
BAD_INPUT = 2
INTERRUPTED = 130

EPILOG = (
    "Exit codes: 0 success; 1 a run failed, or an error inside the program; 2 bad input: a Play, a config, candles, "
    "a window or an option; 130 interrupted: what was done until then is kept and named."
)
