"""Starts the Python runtime in a fresh interpreter, which a wrapper script has asked for.

Run as ``/var/runtime/bootstrap.py``. Elsewhere a fork of the zygote goes on as the runtime.
"""

from __future__ import annotations

import json
import os
import sys
import types

_CONTINUATION = "_COLDSTART_CONTINUATION"


def main() -> None:
    """Serve until killed."""
    known = json.loads(os.environ.pop(_CONTINUATION))
    folder = os.path.dirname(os.path.realpath(__file__))  # noqa: PTH120
    _find_inside(folder)
    from webapp.runtime.launcher.inside import network, paths, service
    from webapp.runtime.launcher.inside.runtime import Runtime

    shown = known["shown"]
    connection, frames, *doorbell = known["channels"]
    for descriptor in known["channels"]:
        os.set_inheritable(descriptor, False)
    if doorbell:
        network.install().answer_with(doorbell[0])
    if shown:
        paths.install().present(shown)
    service.add_site_builtins()
    serving = Runtime(connection=connection, frames_descriptor=frames)
    service.present(serving)
    service.settle()
    service.serve(
        serving,
        variables=dict(os.environ),
        fault=known["fault"],
        code=shown.get("/var/task", "/var/task"),
        ahead={},
    )


def _find_inside(folder: str) -> None:
    """Let the runtime's own modules be found, and no others that the host has installed."""
    sys.path[:] = [
        path
        for path in sys.path
        if path != folder and not path.endswith(("site-packages", "dist-packages"))
    ]
    for name in ("webapp", "webapp.runtime", "webapp.runtime.launcher"):
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__path__ = []
    sys.modules["webapp.runtime.launcher"].__path__ = [os.path.join(folder, "launcher")]  # noqa: PTH118


if __name__ == "__main__":
    main()
