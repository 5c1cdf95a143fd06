"""How much is going on: counted for a region, a workspace or the host, and added up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """Environments alive, invocations running, resident bytes of all environments."""

    environments: int = 0
    running: int = 0
    memory_bytes: int = 0

    def __add__(self, other: "Load") -> "Load":
        return Load(
            self.environments + other.environments,
            self.running + other.running,
            self.memory_bytes + other.memory_bytes,
        )
