"""``/status``: the walls of this host, what leaks past them, its limits, versions and load."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template

from webapp.classroom.status import HostStatus
from webapp.pages import errors, htmx
from webapp.pages.access import my_workspace, status_board

MEGABYTE = 1024 * 1024
pages = Blueprint("status", __name__)
errors.catch(pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One figure of the load. ``most`` is the limit that it nears, where there is one."""

    name: str
    value: str
    most: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """``verdict`` is the page's answer in one sentence; walls are counted for it."""

    status: HostStatus
    verdict: str
    built: int
    gauges: tuple[Gauge, ...]


@pages.get("/status")
def page() -> Response:
    """Show the status; htmx asks again for the load alone."""
    shown = read_status(status_board().read(my_workspace()))
    if htmx.asks():
        return htmx.fragment(render_template("status/_load.html", page=shown))
    return make_response(render_template("status/page.html", page=shown))


def read_status(status: HostStatus) -> StatusPage:
    """Return the page of a status."""
    built = sum(wall.built for wall in status.walls)
    return StatusPage(
        status=status,
        verdict=_verdict(status, built),
        built=built,
        gauges=tuple(_gauges(status)),
    )


def _verdict(status: HostStatus, built: int) -> str:
    if built == len(status.walls):
        return "Every wall stands. What is listed below leaks on every host with one kernel."
    if any(wall.name == "seccomp" and wall.built for wall in status.walls):
        return "Enough walls stand for strangers' code; some things leak that others would stop."
    return "Code runs here with the rights of whoever started Coldstart. Run only your own."


def _gauges(status: HostStatus) -> list[Gauge]:
    load, host = status.load, status.host
    most = "" if status.shared else f"{status.most_environments:,}"
    gauges = [
        Gauge(name="Environments", value=f"{load.environments:,}", most=most),
        Gauge(name="Invocations running", value=f"{load.running:,}"),
        Gauge(name="Memory, environments", value=_megabytes(load.memory_bytes)),
    ]
    if host is None:
        return gauges
    return [
        *gauges,
        Gauge(name="Memory, server", value=_megabytes(host.server_memory_bytes)),
        Gauge(name="Memory, free", value=_megabytes(host.free_memory_bytes)),
        Gauge(
            name="Open workspaces",
            value=f"{host.workspaces:,}",
            most=f"{host.most_workspaces:,}",
        ),
        Gauge(name="Live pages", value=f"{host.streams:,}", most=f"{host.most_streams:,}"),
        Gauge(
            name="Waiting to be written", value=f"{host.waiting:,}", most=f"{host.most_waiting:,}"
        ),
    ]


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.0f} MB"
