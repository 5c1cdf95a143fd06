"""A runtime that does whatever it likes: only the right answer, once, is ever heard."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.runtime.connections.test_runtime_api import NEXT, Call, Ear, fail, post, respond

BODIES = st.binary(max_size=20)


class Runtime(RuleBasedStateMachine):
    """Says things in any order; the model knows what the platform may hear of it."""

    def __init__(self) -> None:
        super().__init__()
        self.ear = Ear()
        self.expected: list[Call] = []
        self.running = self.dead = False

    @rule()
    def ask_for_work(self) -> None:
        self.ear.say(NEXT)
        if not self.dead and not self.running:
            self.expected.append(("next",))
            self.running = True

    @rule(body=BODIES, chunks=st.booleans(), drip=st.booleans())
    def answer(self, body: bytes, chunks: bool, drip: bool) -> None:
        self._say(respond(body, chunks=chunks), drip=drip)
        self._answered(("response", body))

    @rule(body=BODIES, drip=st.booleans())
    def complain(self, body: bytes, drip: bool) -> None:
        self._say(fail(body), drip=drip)
        self._answered(("error", body, "ValueError"))

    @rule(body=BODIES, request_id=st.sampled_from(["other", "..", "0" * 36, "%2e", "x" * 200]))
    def answer_for_another(self, body: bytes, request_id: str) -> None:
        self.ear.say(respond(body, request_id=request_id))

    @rule(path=st.sampled_from(["/", "/invocation", "/invocation/next", "/init/nothing", "/../x"]))
    def ask_for_what_is_not_there(self, path: str) -> None:
        self.ear.say(post(path, b"{}"))

    @precondition(lambda self: not self.dead)
    @rule(
        what=st.sampled_from(
            [
                b"\x00\xff\r\n\r\n",
                b"GET / HTTP/9.9\r\n\r\n",
                b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
                b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
                b"X" * 70_000,
            ]
        )
    )
    def talk_nonsense(self, what: bytes) -> None:
        self.ear.say(what)
        assert self.ear.heard[-1][0] == "broken"
        self.expected.append(self.ear.heard[-1])
        self.dead = True

    @invariant()
    def only_what_counts_was_heard(self) -> None:
        assert self.ear.heard == self.expected
        assert self.ear.wire.aborted == self.dead

    def _say(self, data: bytes, *, drip: bool) -> None:
        pieces = [data[at : at + 1] for at in range(len(data))] if drip else [data]
        self.ear.say(*pieces)

    def _answered(self, call: Call) -> None:
        if self.running and not self.dead:
            self.expected.append(call)
            self.running = False


TestRuntime = Runtime.TestCase
TestRuntime.settings = settings(deadline=None, max_examples=60, stateful_step_count=25)
