"""How lengths, times, sizes and counts are printed, here and nowhere else."""

MINUTE = 60
HOUR = 3600
KILOBYTE = 1024


def duration(seconds: float) -> str:
    """Return a length as labels say it: ``41.2 ms``, ``317 ms``, ``3.00 s``, ``7 min``."""
    if seconds < 0.00095:
        return f"{max(seconds, 0.0) * 1000:.2f} ms"
    if seconds < 0.09995:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    return _long_duration(round(seconds))


def exact(seconds: float) -> str:
    """Return a length as REPORT prints it: ``304.88 ms``."""
    return f"{seconds * 1000:.2f} ms"


def lab_time(seconds: float) -> str:
    """Return a time on the lab's clock: ``0:00.523``, ``7:03``, ``-0:55``, ``1:02:03``."""
    thousandths = round(abs(seconds) * 1000)
    whole, fraction = divmod(thousandths, 1000)
    sign = "-" if seconds < 0 and thousandths else ""
    tail = f".{fraction:03d}" if fraction else ""
    return f"{sign}{_clock(whole)}{tail}"


def size(count_bytes: int) -> str:
    """Return a size in AWS's units, where 1 MB is 1,024 KB: ``830 B``, ``4.2 KB``, ``12 MB``."""
    amount = float(count_bytes)
    for unit in ("B", "KB", "MB"):
        if amount < KILOBYTE or unit == "MB":
            break
        amount /= KILOBYTE
    digits = 1 if unit != "B" and amount < 10 else 0
    return f"{amount:,.{digits}f} {unit}"


def count(number: int, noun: str) -> str:
    """Return a counted noun: ``1 run``, ``3 runs``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _clock(whole: int) -> str:
    minutes, seconds = divmod(whole, MINUTE)
    if minutes < MINUTE:
        return f"{minutes}:{seconds:02d}"
    hours, minutes = divmod(minutes, MINUTE)
    return f"{hours}:{minutes:02d}:{seconds:02d}"


def _long_duration(whole: int) -> str:
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return _two(whole, big="min", small="s")
    return _two(round(whole / MINUTE), big="h", small="min")


def _two(amount: int, *, big: str, small: str) -> str:
    first, second = divmod(amount, MINUTE)
    return f"{first} {big} {second} {small}" if second else f"{first} {big}"


def percent(share: float) -> str:
    """Return ``10 %`` of 0.1; at most two digits behind the point."""
    return f"{round(share * 100, 2):g} %"
