"""An interpreter that waits for one order and then is one environment, on any POSIX system."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from webapp.runtime.launcher.inside import handlers, limits, network, paths, programs, service
from webapp.runtime.launcher.inside.runtime import Runtime


def main(known: Iterable[str], settings: dict[str, Any]) -> NoReturn:
    """Wait on the descriptor ``order``; no order before its end means that nobody needs us."""
    doorbell = network.install()
    shim = paths.install()
    service.add_site_builtins()
    ahead = handlers.by_first_name(set(sys.modules) - set(known))
    for name in ("connection", "frames", "doorbell", "order"):
        os.set_inheritable(settings[name], False)
    with os.fdopen(settings["order"], "rb") as pipe:
        text = pipe.read()
    if not text:
        os._exit(0)
    order = json.loads(text)
    if order["probe"]:
        os._exit(0)
    os.chdir(order["code"])
    limits.apply_everywhere()
    limits.apply_file_size(order["temporary_bytes"])
    shown = {"/var/task": order["code"], "/tmp": order["temporary"], **order["packages"]}
    doorbell.answer_with(settings["doorbell"])
    shim.present(shown)
    if wrapper := order["variables"].get("AWS_LAMBDA_EXEC_WRAPPER"):
        channels = [settings[name] for name in ("connection", "frames", "doorbell")]
        program = programs.continuation(
            order["variables"], channels=channels, shown=shown, fault=order["fault"]
        )
        programs.become(program, wrapper=wrapper, path=shim.real(wrapper))
    runtime = Runtime(connection=settings["connection"], frames_descriptor=settings["frames"])
    service.present(runtime)
    service.settle()
    service.serve(
        runtime,
        variables=order["variables"],
        fault=order["fault"],
        code=order["code"],
        ahead=ahead,
    )
