"""JSON bodies as strangers send them: whatever cannot be read is a ``ValueError``."""

from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider


class BodyReader(DefaultJSONProvider):
    """Reads JSON, and treats what is nested too deeply as what is no JSON."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return the value. Raises ``ValueError``."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def register(app: Flask) -> None:
    """Let every door read bodies so."""
    app.json = BodyReader(app)
