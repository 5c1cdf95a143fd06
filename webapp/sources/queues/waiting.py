"""Who waits for a message of a queue: long polling. Loop thread only."""

import asyncio


class Waiting:
    """Receives that found nothing. They wait in real time."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    async def wait(self, seconds: float) -> None:
        """Wait until something may be there to receive, or for so long."""
        one = asyncio.get_running_loop().create_future()
        self._waiting.append(one)
        try:
            await asyncio.wait_for(one, seconds)
        except TimeoutError:
            if one in self._waiting:
                self._waiting.remove(one)

    def wake(self) -> None:
        """Let all look again."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)
