"""A process that writes until it is killed, and prints each number once it is on disk."""

import asyncio
import sys
from itertools import count
from pathlib import Path

from tests.storage.making import entry, function
from webapp.storage.storage import Storage, open_storage

WRITERS = 8


async def _write(storage: Storage, numbers: "count[int]") -> None:
    for number in numbers:
        named = function(f"f{number}")
        await storage.store.save_function("w", named, facts=[entry(number, run=f"run-{number}")])
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


async def _main(folder: Path) -> None:
    storage = open_storage(folder)
    await storage.store.open_workspace("w")
    numbers = count(1)
    await asyncio.gather(*(_write(storage, numbers) for _ in range(WRITERS)))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
