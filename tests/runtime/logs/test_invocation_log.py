"""The log of an environment: facts, the limit with its one notice, and the tail."""

from webapp.clock import LabClock
from webapp.runtime.logs.invocation_log import EVENT_BYTES, InvocationLog
from webapp.runtime.logs.log_frames import RUNTIME_STARTED, TEXT
from webapp.runtime.logs.log_levels import JsonSorting, Sorting
from webapp.runtime.logs.report import tail
from webapp.runtime.recorder import Recorder
from webapp.trace.events import LogWritten
from webapp.trace.log import WorkspaceLog


class Written:
    """A log, and the facts that it wrote."""

    def __init__(self, *, most_bytes: int = 1000, sorting: Sorting | None = None) -> None:
        self.trace = WorkspaceLog()
        recorder = Recorder(self.trace, clock=LabClock(real=5.0), real=lambda: 5.0)
        self.log = InvocationLog(
            recorder, function="f", environment="e", most_bytes=most_bytes, sorting=sorting
        )

    @property
    def facts(self) -> list[LogWritten]:
        facts = [entry.fact for entry in self.trace.since(0)]
        return [fact for fact in facts if isinstance(fact, LogWritten)]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(fact.kind, fact.text) for fact in self.facts]


def test_lines_belong_to_the_run_and_the_request_that_began() -> None:
    written = Written()
    written.log.begin(run="one", request_id=None)
    written.log.on_line("during init")
    written.log.begin(run="two", request_id="id")
    written.log.on_line("during the call")
    assert [fact.request_id for fact in written.facts] == [None, "id"]
    assert [entry.run for entry in written.trace.since(0)] == ["one", "two"]
    assert written.log.tail == ["during the call"]


def test_an_error_record_is_an_error() -> None:
    written = Written()
    written.log.on_event("[ERROR] ValueError: no\nTraceback", TEXT | 20)
    written.log.on_event("[WARNING]\tcareful", TEXT | 16)
    assert [kind for kind, _ in written.kinds] == ["error", "output"]


def test_what_is_below_the_functions_level_is_dropped_and_counted() -> None:
    written = Written(most_bytes=100, sorting=JsonSorting("WARN"))
    assert written.log.on_line('{"level": "WARN"}')
    assert written.log.on_line("print counts as INFO")
    assert written.kinds == [("output", '{"level": "WARN"}')]
    assert written.log.tail == ['{"level": "WARN"}']
    assert not written.log.on_line("x" * 90), "what is dropped made work, too"
    assert [kind for kind, _ in written.kinds] == ["output", "notice"]


def test_output_up_to_the_limit_is_kept_without_a_notice() -> None:
    written = Written(most_bytes=2 * (10 + EVENT_BYTES))
    assert written.log.on_line("x" * 10)
    assert written.log.on_line("y" * 10)
    assert [kind for kind, _ in written.kinds] == ["output", "output"]


def test_output_over_the_limit_is_cut_with_one_notice() -> None:
    written = Written(most_bytes=10 + 2 * EVENT_BYTES + 4)
    assert written.log.on_line("x" * 10)
    assert not written.log.on_line("y" * 10)
    assert not written.log.on_line("z")
    assert written.kinds == [
        ("output", "x" * 10),
        ("output", "yyyy"),
        (
            "notice",
            "Coldstart keeps 66 bytes of output per invocation. The rest was dropped.",
        ),
    ]
    assert written.log.tail == [text for _, text in written.kinds]


def test_bytes_are_counted_and_no_character_is_cut_in_two() -> None:
    written = Written(most_bytes=EVENT_BYTES + 5)
    written.log.on_line("ää€")
    assert written.kinds[0] == ("output", "ää")


def test_lines_of_the_platform_are_always_kept() -> None:
    written = Written(most_bytes=1)
    written.log.on_line("xxx")
    written.log.platform("END")
    written.log.platform("INIT_START", in_tail=False)
    assert written.kinds[-2:] == [("platform", "END"), ("platform", "INIT_START")]
    assert written.log.tail[-1] == "END"


def test_each_invocation_has_the_whole_limit() -> None:
    written = Written(most_bytes=30)
    for _ in range(2):
        written.log.begin(run="", request_id="id")
        assert not written.log.on_line("x" * 99)
    assert [kind for kind, _ in written.kinds] == ["output", "notice"] * 2


def test_the_tail_holds_four_kilobytes_and_not_much_more() -> None:
    written = Written(most_bytes=10**9)
    everything = [f"{number:>10}" for number in range(5000)]
    for line in everything:
        written.log.on_line(line)
    assert tail(written.log.tail) == tail(everything)
    assert len(written.log.tail) < 400


def test_the_first_of_each_marker_counts() -> None:
    written, starts = Written(), [0]
    written.log.watch_start(lambda: starts.append(1))
    written.log.on_marker(RUNTIME_STARTED, 1.0)
    written.log.on_marker(RUNTIME_STARTED, 2.0)
    assert written.log.markers == {RUNTIME_STARTED: 1.0}
    assert starts == [0, 1]
    written.log.watch_start(lambda: None)
    assert written.log.markers == {}
