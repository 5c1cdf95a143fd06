"""From walls to work: the process becomes what a Lambda function sees of its environment."""

from __future__ import annotations

import os
import random
import site
import sys
import time
from collections.abc import Iterable, Mapping
from multiprocessing import process
from typing import NoReturn

from webapp.runtime.launcher.inside import handlers
from webapp.runtime.launcher.inside.hints import OLDEST_FOR_BOTO3
from webapp.runtime.launcher.inside.runtime import Runtime


def present(runtime: Runtime) -> None:
    """Be what every function sees of its interpreter. A fork has it from who forked it."""
    sys.dont_write_bytecode = True
    sys.argv = ["/var/runtime/bootstrap"]
    runtime.take_output()


def settle() -> None:
    """Have secrets of one's own, once in each process that serves: others' would be everybody's."""
    process.current_process().authkey = os.urandom(32)
    random.seed()


def serve(
    runtime: Runtime,
    *,
    variables: Mapping[str, str],
    fault: str | None,
    code: str,
    ahead: Mapping[str, Iterable[str]],
) -> NoReturn:
    """Run the built-in runtime, present and settled. Ends only by ``SystemExit`` or a signal.

    ``code`` is the function's folder as the host calls it; ``ahead`` see
    ``handlers.forget_shadowed``. The walls stand: nothing is imported from there before.
    """
    for name in list(os.environ):
        del os.environ[name]
    for name, value in variables.items():
        os.environ[name] = value
    time.tzset()

    def prepare() -> None:
        sys.path.insert(0, "/var/task")
        if sys.version_info >= OLDEST_FOR_BOTO3:
            sys.path.append("/var/runtime")
        handlers.forget_shadowed(ahead, folder=code)

    runtime.run(fault=fault, prepare=prepare)


def add_site_builtins() -> None:
    """Have ``exit``, ``quit`` and ``help`` as on Lambda; ours starts without site-packages."""
    site.setquit()
    site.sethelper()
