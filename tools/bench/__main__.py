"""``make bench``: measure, print ratios, and keep the figures as JSON (``QUICK=1`` for fewer)."""

import json
import logging
import os
import platform
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from tools.bench import floors, neighbours, ours
from tools.bench.measure import Contestant, Figure, interleave

RESULTS = Path(".bench.json")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure of ours beside its floor, and the target that their ratio has."""

    figure: str
    floor: str
    target: float


RATIOS = (
    Ratio("cold start, trivial", "zygote without walls", 5.0),
    Ratio("cold start, stdlib imports", "cold start, trivial", 1.3),
    Ratio("warm call, in the process", "ping-pong", 4.0),
    Ratio("warm call, over HTTP", "empty Flask view", 1.7),
    Ratio(neighbours.BESIDE, neighbours.QUIET, 1.5),
    Ratio("warm call, by the AWS door", "empty Flask view", 1.7),
    Ratio("AWS call that runs nothing", "empty Flask view", 1.7),
)
EVENT = b'{"a": 1}'
WHO = b"Action=GetCallerIdentity&Version=2011-06-15"
IDLE_TARGET_KILOBYTES = 3072


def main() -> int:
    """Measure everything once; return 0 whatever comes out: figures are judged by people."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    quick = bool(os.environ.get("QUICK"))
    rounds, samples = (3, 10) if quick else (10, 20)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        figures = _measure(Path(folder), stack, rounds=rounds, samples=samples)
        figures |= neighbours.measure(Path(folder) / "shared", rounds=rounds, samples=5 * samples)
        memory = _memory(Path(folder), count=20 if quick else 200)
    _print(figures, memory)
    _keep(figures, memory)
    return 0


def _measure(folder: Path, stack: ExitStack, *, rounds: int, samples: int) -> dict[str, Figure]:
    handler = folder / "trivial.py"
    handler.write_text(ours.TRIVIAL, encoding="utf-8")
    ask = stack.enter_context(floors.partner(handler))
    commit = stack.enter_context(floors.sqlite_commit(folder))
    empty = ours.Client(
        stack.enter_context(
            ours.served(
                folder / "empty", arguments=[sys.executable, "-m", "tools.bench.empty_view"]
            )
        )
    )
    server = ours.Client(stack.enter_context(ours.served(folder / "served")))
    body = json.dumps(
        {"configuration": {"memory_mb": ours.MEMORY_MB}, "files": {"handler.py": ours.TRIVIAL}}
    )
    server.request("PUT", "/w/local/functions/warm", body.encode())
    aws_invoke = "/2015-03-31/functions/warm/invocations"
    invoke_signed = ours.signed_headers("lambda", aws_invoke, EVENT, "application/json")
    who_signed = ours.signed_headers("sts", "/", WHO, "application/x-www-form-urlencoded")
    app = ours.Platform(folder / "app")
    stack.callback(app.stop)
    app.deploy("warm", ours.TRIVIAL)
    invocations = "/w/local/functions/warm/invocations"
    contestants = (
        Contestant("zygote without walls", lambda: floors.zygote(ask)),
        Contestant("ping-pong", lambda: floors.ping_pong(ask)),
        Contestant("SQLite commit", commit),
        Contestant("empty Flask view", lambda: empty.request("POST", "/healthz", b"{}")),
        app.cold("cold start, trivial", ours.TRIVIAL),
        app.cold("cold start, stdlib imports", ours.IMPORTS),
        Contestant("warm call, in the process", lambda: app.invoke("warm")),
        Contestant("warm call, over HTTP", lambda: server.request("POST", invocations, EVENT)),
        Contestant(
            "warm call, by the AWS door",
            lambda: server.request("POST", aws_invoke, EVENT, signed=invoke_signed),
        ),
        Contestant(
            "AWS call that runs nothing",
            lambda: server.request("POST", "/", WHO, signed=who_signed),
        ),
    )
    interleave(contestants, rounds=1, samples=3)
    return interleave(contestants, rounds=rounds, samples=samples)


def _memory(folder: Path, *, count: int) -> float:
    app = ours.Platform(folder / "memory")
    try:
        return app.idle_memory_kilobytes(count)
    finally:
        app.stop()


def _print(figures: dict[str, Figure], memory: float) -> None:
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(f"{'':30} {'p50 ms':>9} {'p99 ms':>9} {'samples':>8}")
    for figure in figures.values():
        print(
            f"{figure.name:30} {figure.p50 * 1e3:9.3f} {figure.p99 * 1e3:9.3f} {figure.samples:8}"
        )
    print()
    for ratio in RATIOS:
        value = figures[ratio.figure].p50 / figures[ratio.floor].p50
        verdict = "holds" if value <= ratio.target else "falls short"
        print(f"{ratio.figure} / {ratio.floor}: {value:.2f} (target {ratio.target:g}: {verdict})")
    verdict = "holds" if memory <= IDLE_TARGET_KILOBYTES else "falls short"
    print(f"memory of an idle environment, PSS: {memory / 1024:.2f} MB (target 3 MB: {verdict})")


def _keep(figures: dict[str, Figure], memory: float) -> None:
    kept = {
        "machine": platform.platform(),
        "python": platform.python_version(),
        "figures": [asdict(figure) for figure in figures.values()],
        "idle_environment_pss_kilobytes": memory,
    }
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(f"The figures are in {RESULTS}.")


if __name__ == "__main__":
    sys.exit(main())
