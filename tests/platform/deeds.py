"""A handler that does what the event says, for the table of what each failure does."""

DEEDS = r"""
import ctypes
import mmap
import os
import re
import signal
import subprocess
import sys
import threading

count = 0
held = []


def fail():
    raise ValueError("as asked")


def answer_too_much():
    return "x" * (6 * 1024 * 1024 + 101)


def answer_a_set():
    return {1}


def wait_for_ever():
    threading.Event().wait()


def spin():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        pass


def match_for_ever():
    re.match("(a+)+$", "a" * 64 + "b")


def exit_now():
    os._exit(3)


def leave():
    sys.exit(0)


def leave_with_status():
    sys.exit(4)


def leave_as_if_killed():
    os._exit(137)


def crash():
    ctypes.string_at(0)


def fill_memory():
    while True:
        held.append(b"\x01" * (1 << 20))


def fill_shared_memory():
    while True:
        piece = mmap.mmap(-1, 1 << 22)
        piece.write(b"\x01" * (1 << 22))
        held.append(piece)


def ask_for_too_much():
    held.append(bytearray(1 << 32))


def leave_a_child():
    subprocess.Popen(["/bin/sleep", "1000"])
    wait_for_ever()


def handler(event, context):
    global count
    count += 1
    kept = sorted(os.listdir("/tmp"))
    with open("/tmp/" + event["name"], "w") as file:
        file.write("here")
    print("going to", event.get("do"))
    result = globals()[event["do"]]() if "do" in event else None
    return {"count": count, "kept": kept, "pid": os.getpid(), "result": result}
"""
