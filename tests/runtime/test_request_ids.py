"""Request ids look like AWS's, and no two are the same."""

import subprocess
import sys
import threading
import uuid

from webapp.runtime.request_ids import new_request_id

FORKING = """
import os
from webapp.runtime.request_ids import new_request_id

print(*(new_request_id() for _ in range(4)), flush=True)
child = os.fork()
if child:
    os.waitpid(child, 0)
print(*(new_request_id() for _ in range(8)), flush=True)
"""


def test_ids_are_random_uuids_of_version_4_and_differ_between_threads() -> None:
    made: list[str] = []

    def take() -> None:
        made.extend([new_request_id() for _ in range(2000)])

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8000
    for one in made:
        read = uuid.UUID(one)
        assert (str(read), read.version, read.variant) == (one, 4, uuid.RFC_4122)


def test_a_forked_process_makes_ids_of_its_own() -> None:
    made = subprocess.run(
        [sys.executable, "-c", FORKING], check=True, capture_output=True, text=True
    ).stdout.split()
    assert len(set(made)) == len(made) == 20
