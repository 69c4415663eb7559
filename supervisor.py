"""The program's entry: `python supervisor.py --config instances.toml`, or one of its commands."""

import sys

# What a shell reports for a process that SIGINT ended; stands here so that an early Ctrl-C imports nothing.
_INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave with its exit code; Ctrl-C gives 130 at any moment, without a traceback."""
    try:
        from commands.command_line import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
