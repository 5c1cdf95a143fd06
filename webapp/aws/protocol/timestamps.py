"""Times as the wire writes them. An operation may give seconds since 1970 or a ``datetime``."""

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from webapp.aws.errors import Unserializable

Time = datetime | float


def read_time(value: str | float, *, form: str) -> datetime:
    """Return a moment that was sent as ``form``. Raises ``Unserializable``."""
    try:
        return _read(value, form)
    except (ValueError, OverflowError, TypeError, OSError):
        raise Unserializable(f"{value!r:.80} is not a timestamp in the form {form}.") from None


def write_time(value: Time, *, form: str) -> str | float:
    """Return the wire's form: a number for ``unixTimestamp``, else text. Milliseconds are kept."""
    if form == "unixTimestamp":
        seconds = value.timestamp() if isinstance(value, datetime) else value
        rounded = round(seconds, 3)
        return int(rounded) if rounded == int(rounded) else rounded
    moment = value if isinstance(value, datetime) else datetime.fromtimestamp(value, UTC)
    if form == "rfc822":
        return format_datetime(moment.astimezone(UTC), usegmt=True)
    precision = "milliseconds" if moment.microsecond >= 1000 else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def _read(value: str | float, form: str) -> datetime:
    if form == "unixTimestamp":
        return datetime.fromtimestamp(float(value), UTC)
    text = str(value)
    moment = parsedate_to_datetime(text) if form == "rfc822" else datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
