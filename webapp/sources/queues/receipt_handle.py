"""Receipt handles: which message of which queue, and which receive gave it out. Pure."""

import base64
from dataclasses import dataclass

from webapp.sources.queues.errors import ReceiptHandleInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptHandle:
    """What a handle says. ``receipt`` names the receive, and is never empty."""

    queue: str
    identifier: str
    receipt: str

    @property
    def text(self) -> str:
        """The handle as consumers get it."""
        text = f"{self.queue}\n{self.identifier}\n{self.receipt}"
        return base64.urlsafe_b64encode(text.encode()).decode()


def read_receipt_handle(text: str, *, queue: str) -> ReceiptHandle:
    """Read a handle. Raises ``ReceiptHandleInvalid`` for what no receive of the queue gave out."""
    try:
        decoded = base64.b64decode(text.encode(), altchars=b"-_", validate=True).decode()
        name, identifier, receipt = decoded.split("\n")
    except ValueError:
        name = identifier = receipt = ""
    if not receipt or name != queue:
        raise ReceiptHandleInvalid(
            f'The input receipt handle "{text}" is not a valid receipt handle.'
        )
    return ReceiptHandle(queue=name, identifier=identifier, receipt=receipt)
