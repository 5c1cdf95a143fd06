"""The signals that end a server."""

import signal

ENDING = tuple(
    getattr(signal, name)
    for name in ("SIGTERM", "SIGINT", "SIGQUIT", "SIGBREAK")
    if hasattr(signal, name)
)


def end_at_once() -> None:
    """Let a signal end what has not begun to serve as it ends what serves: with nothing said."""

    def end(_received: int, _frame: object) -> None:
        raise SystemExit(0)

    for number in ENDING:
        signal.signal(number, end)
