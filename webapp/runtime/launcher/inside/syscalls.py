"""Numbers of the system calls that the seccomp filter names: x86_64, then arm64 (0: not there).

Both columns were checked against the installed kernel headers (arm64 is asm-generic); the arm64
one has not been run.
"""

from __future__ import annotations

AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_COLUMN = {"x86_64": 0, "aarch64": 1}

_REFUSED = {
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "setpriority": (141, 140),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
    # more than was given
    "setrlimit": (160, 164),
    # leaving the process group, and with it freeze and kill
    "setsid": (112, 157),
    "setpgid": (109, 154),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # large doors of the kernel
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "userfaultfd": (323, 282),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    # the machine itself
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, 0),
    "ioperm": (173, 0),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "syslog": (103, 116),
    "personality": (135, 92),
    "vhangup": (153, 58),
    "lookup_dcookie": (212, 18),
    "nfsservctl": (180, 42),
    "uselib": (134, 0),
    "ustat": (136, 0),
    "sysfs": (139, 0),
    "modify_ldt": (154, 0),
    # memory that no limit counts, shared with nobody knows whom
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "shmdt": (67, 197),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "mq_timedsend": (242, 182),
    "mq_timedreceive": (243, 183),
    "mq_notify": (244, 184),
    "mq_getsetattr": (245, 185),
}

_NETWORK = {"socket": (41, 198), "listen": (50, 201)}

_METADATA = {
    "chmod": (90, 0),
    "fchmod": (91, 52),
    "chown": (92, 0),
    "fchown": (93, 55),
    "lchown": (94, 0),
    "fchownat": (260, 54),
    "fchmodat": (268, 53),
    "utime": (132, 0),
    "utimes": (235, 0),
    "futimesat": (261, 0),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
}

_WATCHING = {"inotify_add_watch": (254, 27)}

_CLOCKS = {
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "timer_create": (222, 107),
}

_SIGNALS = {"kill": (62, 129), "tgkill": (234, 131)}

_FORK = {"fork": (57, 0), "vfork": (58, 0)}

_JUDGED = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "socketpair": (53, 199),
    "prlimit64": (302, 261),
    "sched_setaffinity": (203, 122),
    "ioctl": (16, 29),
    "seccomp": (317, 277),
    "socket": (41, 198),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    **_SIGNALS,
}


def refused(machine: str) -> list[int]:
    """Return the calls that no environment may make."""
    return _pick(_REFUSED, machine)


def metadata(machine: str) -> list[int]:
    """Return the calls that change a file's mode, owner, times or attributes."""
    return _pick(_METADATA, machine)


def watching(machine: str) -> list[int]:
    """Return the calls that tell what happens to files, whoever's they are."""
    return _pick(_WATCHING, machine)


def clocks(machine: str) -> list[int]:
    """Return the calls that take a clock, which can be the CPU clock of any process."""
    return _pick(_CLOCKS, machine)


def fork(machine: str) -> list[int]:
    """Return the calls, besides clone, that make processes."""
    return _pick(_FORK, machine)


def network(machine: str) -> list[int]:
    """Return the calls that open sockets, or have one listen."""
    return _pick(_NETWORK, machine)


def number(name: str, *, machine: str) -> int:
    """Return the number of a call whose arguments are looked at."""
    return _JUDGED[name][_COLUMN[machine]]


def _pick(table: dict[str, tuple[int, int]], machine: str) -> list[int]:
    column = _COLUMN[machine]
    # On arm64 0 is io_setup; the calls marked so don't exist there.
    return [numbers[column] for numbers in table.values() if numbers[column]]
