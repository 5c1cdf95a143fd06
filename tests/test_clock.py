import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp import clock as clock_module
from webapp.clock import RATES, ClockState, LabClock, real_now

REAL = 1_700_000_000.0
QUIET_RATES = [("1", 1.0), ("10", 10.0), ("60", 60.0), ("600", 600.0), ("max", 1.0)]


def new_clock(*, rate: str = "1", paused: bool = False, offset: float = 0.0) -> LabClock:
    return LabClock(real=REAL, state=ClockState(offset=offset, rate=rate, paused=paused))


def test_real_time_is_epoch_time_and_never_goes_back() -> None:
    readings = [real_now() for _ in range(100)]
    assert readings == sorted(readings)
    assert readings[0] > REAL


@pytest.mark.parametrize("system", ["Linux", "macOS", "Windows"])
def test_real_time_goes_on_while_the_machine_sleeps(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    awake, since_boot = 100.0, 3700.0
    has_boot_clock = system == "Linux"
    counts = {time.CLOCK_MONOTONIC: awake if has_boot_clock else since_boot}
    counts[time.CLOCK_BOOTTIME] = since_boot
    monkeypatch.setattr(time, "clock_gettime", counts.__getitem__)
    monkeypatch.setattr(time, "monotonic", lambda: since_boot)
    for name in {"Linux": (), "macOS": ("BOOTTIME",), "Windows": ("BOOTTIME", "MONOTONIC")}[system]:
        monkeypatch.delattr(time, f"CLOCK_{name}")
    assert clock_module._steady()() == since_boot


def test_a_new_lab_has_real_time() -> None:
    clock = LabClock(real=REAL)
    assert clock.now(real=REAL + 5) == REAL + 5
    assert clock.state(real=REAL + 5) == ClockState()


@pytest.mark.parametrize(("rate", "speed"), QUIET_RATES)
def test_quiet_time_passes_at_the_chosen_rate(rate: str, speed: float) -> None:
    clock = new_clock(rate=rate)
    assert clock.now(real=REAL + 2) == REAL + 2 * speed


@pytest.mark.parametrize(("rate", "speed"), QUIET_RATES)
def test_running_code_holds_the_clock_at_real_rate(rate: str, speed: float) -> None:
    clock = new_clock(rate=rate)
    clock.begin(real=REAL + 1)
    assert (clock.quiet, clock.running, clock.speed) == (False, 1, 1.0)
    assert clock.now(real=REAL + 3) == REAL + speed + 2
    clock.end(real=REAL + 3)
    assert clock.now(real=REAL + 4) == REAL + speed + 2 + speed


def test_the_clock_is_held_until_the_last_of_those_that_run_ends() -> None:
    clock = new_clock(rate="60")
    clock.begin(real=REAL)
    clock.begin(real=REAL)
    clock.end(real=REAL + 1)
    assert clock.now(real=REAL + 2) == REAL + 2
    clock.end(real=REAL + 2)
    assert clock.quiet
    assert clock.now(real=REAL + 3) == REAL + 62


def test_pause_holds_quiet_time_only() -> None:
    clock = new_clock(paused=True)
    assert clock.now(real=REAL + 100) == REAL
    clock.begin(real=REAL + 100)
    assert clock.now(real=REAL + 101) == REAL + 1
    clock.end(real=REAL + 101)
    assert clock.now(real=REAL + 500) == REAL + 1


def test_letting_go_more_often_than_held_is_a_mistake_of_ours() -> None:
    with pytest.raises(RuntimeError, match="more often than held"):
        new_clock().end(real=REAL)


def test_a_new_rate_counts_from_now_on() -> None:
    clock = new_clock()
    clock.choose(rate="60", real=REAL + 10)
    assert clock.now(real=REAL + 11) == REAL + 70
    clock.choose(paused=True, real=REAL + 11)
    assert clock.now(real=REAL + 90) == REAL + 70
    clock.choose(paused=False, real=REAL + 90)
    assert (clock.rate, clock.now(real=REAL + 91)) == ("60", REAL + 130)


def test_an_unknown_rate_is_refused_and_changes_nothing() -> None:
    clock = new_clock(rate="10")
    with pytest.raises(ValueError, match=r"'7' is not a rate\. Choose one of 1, 10, 60, 600, max"):
        clock.choose(rate="7", paused=True, real=REAL)
    assert (clock.rate, clock.paused) == ("10", False)


def test_a_jump_says_what_it_skipped_and_never_goes_back() -> None:
    clock = new_clock()
    assert clock.jump(REAL + 420, real=REAL) == 420
    assert clock.now(real=REAL + 1) == REAL + 421
    assert clock.jump(REAL, real=REAL + 1) == 0
    assert clock.now(real=REAL + 1) == REAL + 421


@pytest.mark.parametrize(
    ("rate", "paused", "due", "delay"),
    [
        ("1", False, 120.0, 120.0),
        ("60", False, 120.0, 2.0),
        ("max", False, 120.0, 120.0),
        ("60", True, 120.0, None),
        ("60", True, -5.0, 0.0),
        ("1", False, 0.0, 0.0),
    ],
)
def test_a_due_time_is_as_far_away_as_the_speed_says(
    rate: str, paused: bool, due: float, delay: float | None
) -> None:
    clock = new_clock(rate=rate, paused=paused)
    assert clock.real_delay(REAL + due, real=REAL) == delay


def test_what_is_due_comes_in_real_time_while_code_runs_though_the_clock_is_paused() -> None:
    clock = new_clock(paused=True)
    clock.begin(real=REAL)
    assert clock.real_delay(REAL + 3, real=REAL) == 3


def test_lab_time_goes_on_after_a_restart_and_the_time_between_counts() -> None:
    clock = new_clock(rate="60")
    state = clock.state(real=REAL + 10)
    assert state == ClockState(offset=590.0, rate="60", paused=False)
    restarted = LabClock(real=REAL + 100, state=state)
    assert restarted.now(real=REAL + 100) == REAL + 690
    assert restarted.rate == "60"


def test_a_reading_that_is_older_than_the_last_change_moves_nothing() -> None:
    clock = new_clock()
    clock.choose(rate="60", real=REAL + 10)
    assert clock.now(real=REAL + 9) == REAL + 10
    clock.begin(real=REAL + 9)
    assert clock.now(real=REAL + 10) == REAL + 10


@st.composite
def doings(draw: st.DrawFn) -> list[tuple[str, float]]:
    names = ["begin", "end", "jump", "pause", "go on", *RATES]
    return draw(
        st.lists(st.tuples(st.sampled_from(names), st.floats(min_value=0.0, max_value=1e4)))
    )


@given(doings())
def test_lab_time_never_goes_back_whatever_is_done(steps: list[tuple[str, float]]) -> None:
    clock, real, before = new_clock(), REAL, REAL
    for name, seconds in steps:
        real += seconds
        do(clock, name, real)
        now = clock.now(real=real)
        assert now >= before
        before = now


@given(doings())
def test_what_is_stored_gives_the_same_lab_time_to_the_next_process(
    steps: list[tuple[str, float]],
) -> None:
    clock, real = new_clock(), REAL
    for name, seconds in steps:
        real += seconds
        do(clock, name, real)
    restarted = LabClock(real=real, state=clock.state(real=real))
    assert restarted.now(real=real) == pytest.approx(clock.now(real=real), abs=1e-5)


def do(clock: LabClock, name: str, real: float) -> None:
    if name in RATES:
        clock.choose(rate=name, real=real)
    elif name == "begin":
        clock.begin(real=real)
    elif name == "end" and clock.running:
        clock.end(real=real)
    elif name == "jump":
        clock.jump(real + 60, real=real)
    elif name in ("pause", "go on"):
        clock.choose(paused=name == "pause", real=real)
