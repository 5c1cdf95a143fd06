"""Rows as the server sends them to the timeline, and a lesson's worth of them."""

from dataclasses import dataclass, field

Row = dict[str, object]
ORIGIN = 1_769_000_000.0


def length_text(seconds: float) -> str:
    """Print a length as the server's labels do."""
    if seconds < 0.09995:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.2f} s"


def time_text(seconds: float) -> str:
    """Print a time as the server's sentences do."""
    return f"{int(seconds // 60)}:{seconds % 60:06.3f}"


@dataclass(kw_only=True)
class Script:
    """Writes rows of one timeline; times are seconds after its origin."""

    runs: list[Row] = field(default_factory=list)
    lanes: list[Row] = field(default_factory=list)
    segments: list[Row] = field(default_factory=list)
    marks: list[Row] = field(default_factory=list)
    ghosts: list[Row] = field(default_factory=list)
    run: str | None = None

    def begin(self, label: str, *, at: float, end: float | None = None) -> None:
        """Begin a run; what follows belongs to it."""
        self.run = f"r{len(self.runs) + 1}"
        title = f"Run {len(self.runs) + 1} · {label}"
        ends = None if end is None else ORIGIN + end
        self.runs.append({"id": self.run, "label": title, "start": ORIGIN + at, "end": ends})

    def lane(
        self, identifier: str, *, kind: str = "environment", detail: str = "", ended: bool = False
    ) -> None:
        """Add a lane below the others."""
        title = f"env {identifier}" if kind == "environment" else identifier.capitalize()
        self.lanes.append(
            {
                "id": identifier,
                "kind": kind,
                "title": title,
                "detail": detail,
                "order": len(self.lanes),
                "ended": ended,
            }
        )

    def add(
        self,
        kind: str,
        *,
        lane: str,
        at: float,
        end: float | None,
        text: str | None = None,
        failed: bool | None = None,
    ) -> str:
        """Add a segment and return its id."""
        length = "running" if end is None else length_text(end - at)
        said = time_text(at)
        row: Row = {
            "id": f"s{len(self.segments) + 1}",
            "lane": lane,
            "kind": kind,
            "start": ORIGIN + at,
            "end": None if end is None else ORIGIN + end,
            "text": length if text is None else text,
            "run": self.run,
            "request": None,
            "name": f"{kind.capitalize()} on {lane} at {said}, {length}.",
            "tip": f"{kind.capitalize()} · {said} · {length}",
            "story": {"title": kind},
        }
        if failed is not None:
            row["failed"] = failed
        self.segments.append(row)
        return str(row["id"])

    def cold_start(self, lane: str, *, at: float, scale: float = 1.0) -> float:
        """Add download, start and init; return when the handler can begin."""
        for kind, length in (("download", 0.038), ("start", 0.027), ("init", 0.0412)):
            self.add(kind, lane=lane, at=at, end=at + length * scale)
            at += length * scale
        return at

    def mark(self, kind: str, *, at: float, text: str) -> None:
        """Add a mark across all lanes."""
        row = {"id": f"m{len(self.marks) + 1}", "kind": kind, "time": ORIGIN + at, "text": text}
        self.marks.append(row)

    def message(
        self,
        *,
        now: float,
        running: int = 0,
        paused: bool = True,
        rate: str = "1",
        reset: bool = True,
    ) -> Row:
        """Return the message that holds all of it."""
        clock = {"now": ORIGIN + now, "rate": rate, "paused": paused, "running": running}
        return {
            "cursor": "1-1",
            "reset": reset,
            "missed": 0,
            "clock": clock,
            "origin": ORIGIN,
            "runs": self.runs,
            "lanes": self.lanes,
            "segments": self.segments,
            "marks": self.marks,
            "ghosts": self.ghosts,
            "removed": [],
        }


def invoke_once(script: Script, *, lane: str, at: float, length: float) -> float:
    """Add a warm call of a handler that returns; return its end."""
    end = at + length
    script.add("waits", lane="caller", at=at, end=end, text=f"waits {length_text(length)}")
    script.add("handler", lane=lane, at=at + 0.002, end=end - 0.002)
    return end


def lesson() -> Script:
    """Write what a learner causes in the lesson on cold and warm starts, and three failures."""
    script = Script()
    names = ["7f3a", "b84c", "2e90", "c21d", "9a07", "41fe", "d3b8", "0c6b", "e552", "6a1f"]
    script.lane("caller", kind="caller")
    for name in names:
        script.lane(name, detail="128 MB · frozen")
    script.begin("Invoke once", at=0.0, end=0.45)
    ready = script.cold_start("7f3a", at=0.004)
    script.add("waits", lane="caller", at=0.0, end=0.45, text="waits 450 ms")
    script.add("handler", lane="7f3a", at=ready, end=0.447)
    script.add("frozen", lane="7f3a", at=0.447, end=12.002, text="11 s")
    script.begin("Send 10 at once", at=12.0, end=12.55)
    _burst(script, names=names)
    script.mark("update", at=60.0, text="Code updated")
    return script


def _burst(script: Script, *, names: list[str]) -> None:
    for index, name in enumerate(names):
        begin = 12.002 + index * 0.003
        ready = begin if index == 0 else script.cold_start(name, at=begin, scale=1 + index / 12)
        end = ready + 0.31 + (index % 4) * 0.02
        script.add("waits", lane="caller", at=12.0, end=end + 0.004, text="waits 420 ms")
        script.add("handler", lane=name, at=ready, end=end)
        script.add("frozen", lane=name, at=end, end=60.0, text="47 s")
        script.add("ended", lane=name, at=60.0, end=60.0, text="")


def failures() -> Script:
    """Write an error, a timeout, an out-of-memory, a throttle, a failed init and a long wait."""
    script = Script()
    script.lane("caller", kind="caller")
    for name, detail in (("7f3a", "frozen"), ("b84c", "ended"), ("2e90", "ended")):
        script.lane(name, detail=f"128 MB · {detail}", ended=detail == "ended")
    script.begin("Send 3 at once", at=0.0, end=3.15)
    for name in ("7f3a", "b84c", "2e90"):
        script.cold_start(name, at=0.004)
    script.add("throttled", lane="caller", at=0.003, end=0.003, text="429")
    script.add("error", lane="7f3a", at=0.11, end=0.427)
    script.add("frozen", lane="7f3a", at=0.427, end=424.0, text="7 min")
    script.add("timeout", lane="b84c", at=0.11, end=3.11)
    script.add("reset", lane="b84c", at=3.11, end=424.0, text="reset")
    script.add("memory", lane="2e90", at=0.11, end=0.39, text="128 MB")
    script.add("reset", lane="2e90", at=0.39, end=424.0, text="reset")
    script.begin("Wait 7 minutes", at=424.0, end=424.5)
    for name in ("b84c", "2e90"):
        script.add("ended", lane=name, at=424.0, end=424.0, text="")
    script.add("init-failed", lane="7f3a", at=424.02, end=424.2, text="ModuleNotFoundError")
    script.add("handler", lane="7f3a", at=424.2, end=424.5)
    script.add("frozen", lane="7f3a", at=424.5, end=None, text="")
    return script


def one_of(kind: str, *, lane: str = "7f3a", end: float | None = 0.4) -> Script:
    """Write one fact on one lane."""
    script = Script()
    script.lane("caller", kind="caller")
    script.lane("7f3a", detail="128 MB")
    script.begin("Invoke once", at=0.0)
    script.add(kind, lane=lane, at=0.0, end=end)
    return script


def many(count: int) -> Script:
    """Write a long trace of short calls, one every 200 ms, over ten lanes."""
    script = Script()
    script.lane("caller", kind="caller")
    for lane in range(10):
        script.lane(f"e{lane}", detail="128 MB")
    for index in range(count):
        if index % 100 == 0:
            script.begin("Send 100", at=index * 0.2, end=index * 0.2 + 20.0)
        script.add("handler", lane=f"e{index % 10}", at=index * 0.2, end=index * 0.2 + 0.15)
    return script
