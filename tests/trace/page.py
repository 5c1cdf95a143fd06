"""A page as far as rows go: it puts what the server sends upon what it has."""

from typing import Any

LISTS = (
    "runs",
    "lanes",
    "segments",
    "marks",
    "logs",
    "story",
    "invocations",
    "queues",
    "messages",
    "events",
    "records",
    "bus_events",
    "publications",
)


class Page:
    """Rows by list and id. Ids that are removed go first, then rows are put."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[Any, Any]] = {name: {} for name in LISTS}
        self.origin: float | None = None

    def receive(self, message: dict[str, Any]) -> None:
        self.origin = message["origin"]
        for name in LISTS:
            if message["reset"]:
                self.rows[name].clear()
            for key in message["removed"]:
                self.rows[name].pop(key, None)
            for row in message[name]:
                self.rows[name][row["id"]] = row
