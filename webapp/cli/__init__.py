"""The ``coldstart`` command: here it begins, ``commands`` has what it does."""

import signal
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status."""
    # To read the modules takes a second: who interrupts it then is to see no traceback.
    interrupted = signal.getsignal(signal.SIGINT)
    if interrupted is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from webapp.cli import commands

    signal.signal(signal.SIGINT, interrupted)
    return commands.run(arguments)
