"""How cost grows with functions, environments, facts and workspaces: one part for each.

Every size is an app of its own with so many of them, and all take turns. What is asked for is the
same in each, so that nothing may grow but what shows more.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tools.bench import seeding
from tools.bench.measure import Contestant, Quantity, Taken, timed, timing
from tools.bench.ours import SLEEPY, TRIVIAL, Platform
from tools.bench.part import Part, Place
from tools.bench.served import JSON, signed_headers

FUNCTIONS, ENVIRONMENTS, FACTS, WORKSPACES = "functions", "environments", "facts", "workspaces"
GROWTH = "growth: "
SIZES = {
    FUNCTIONS: (1, 10, 100, 1000),
    ENVIRONMENTS: (1, 10, 100, 500),
    FACTS: (100, 1000, 10_000, 100_000, 1_000_000),
    WORKSPACES: (1, 10, 100, 1000),
}
QUICK_LARGEST = {FUNCTIONS: 100, ENVIRONMENTS: 100, FACTS: 10_000, WORKSPACES: 100}
WARM, COLD, PAGE = "warm call", "cold start", "lesson page"
LIVE = "message to live pages"
FIRST_LOOK = "page of a lab never opened"
FIRST_PAGE = "first lesson page after a start"
CREATE, LIST, HOME = "create a function", "list functions (a page of 50)", "course map"
LAB, FUNCTION = "cold-and-warm", "cold-and-warm-greeter"
LESSON = f"/w/local/lessons/{LAB}"
_LIST_PATH = "/2015-03-31/functions"


@dataclass(frozen=True, slots=True)
class Sized:
    """An app with so many of something."""

    app: Platform
    axis: str
    size: int

    def timing(
        self,
        name: str,
        action: Callable[[], object],
        *,
        before: Callable[[int], object] = lambda _samples: None,
        most: int | None = None,
    ) -> Contestant:
        """Return what times an action in this app."""
        quantity = Quantity(name, axis=self.axis, size=self.size)
        return timing(quantity, action, before=before, most=most)

    def once(self, name: str, action: Callable[[], object]) -> Contestant:
        """Return what times an action in the first round only."""
        waiting = [action]

        def take(_samples: int) -> Taken:
            taken = [timed(waiting.pop())] if waiting else []
            return {Quantity(name, axis=self.axis, size=self.size): taken}

        return Contestant(take)

    def get(self, path: str) -> None:
        """Ask for a page."""
        answer = self.app.browser.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status}"

    def usual(self) -> list[Contestant]:
        """Return what every part measures: a warm call, a cold start, the lesson's page."""
        return [
            self.timing(WARM, lambda: self.app.invoke("warm"), before=self._warm_up),
            self.app.cold(Quantity(COLD, axis=self.axis, size=self.size), lambda: TRIVIAL, most=3),
            self.timing(PAGE, lambda: self.get(LESSON), most=6),
        ]

    def _warm_up(self, _samples: int) -> None:
        self.app.invoke("warm")


def _sizes(place: Place, axis: str) -> tuple[int, ...]:
    return (SIZES[axis][0], QUICK_LARGEST[axis]) if place.quick else SIZES[axis]


def _sized(place: Place, axis: str) -> Iterator[Sized]:
    """Start an app for each size, with a function and a lab that was called."""
    for size in _sizes(place, axis):
        app = Platform(place.folder / str(size))
        place.stack.callback(app.stop)
        app.deploy("warm", TRIVIAL)
        press(app)
        yield Sized(app, axis, size)


def press(app: Platform, workspace: str = "local") -> None:
    """Call the lab of a lesson once."""
    answer = app.browser.post(f"/w/{workspace}/labs/{LAB}/invoke", json={})
    assert answer.status_code == 200, answer.text


def _functions(place: Place) -> Iterator[Contestant]:
    for one in _sized(place, FUNCTIONS):
        one.app.deploy_many(lambda: TRIVIAL, count=one.size)
        yield from one.usual()
        yield one.timing(CREATE, partial(one.app.deploy_many, lambda: TRIVIAL, count=1))
        yield one.timing(LIST, partial(_list, one))


def _list(one: Sized) -> None:
    headers = signed_headers("lambda", _LIST_PATH, b"", JSON, method="GET")
    answer = one.app.browser.get(_LIST_PATH, headers=dict(headers))
    assert answer.status_code == 200, answer.text


def _environments(place: Place) -> Iterator[Contestant]:
    for one in _sized(place, ENVIRONMENTS):
        one.app.deploy("idle", SLEEPY)
        one.app.idle_memory_bytes("idle", one.size)
        yield from one.usual()


def _facts(place: Place) -> Iterator[Contestant]:
    for size in _sizes(place, FACTS):
        one = _with_facts(place, size)
        page = partial(one.get, LESSON)
        yield one.once(FIRST_LOOK, page)
        yield Contestant(partial(_read_older, one))
        yield from one.usual()
        reader = _Reader(one)
        yield one.timing(LIVE, reader.read, before=reader.call, most=1)
        yield one.timing(FIRST_PAGE, page, before=partial(_forget, one), most=1)


@dataclass(slots=True)
class _Reader:
    """A live page of the lab, as far as its messages go."""

    one: Sized
    cursor: str = ""

    def call(self, _samples: int) -> None:
        """Hear of all there is, then let a call happen."""
        self.read()
        self.one.app.invoke(FUNCTION)

    def read(self) -> None:
        """Get the message about what is new."""
        labs = self.one.app.services.labs
        lesson = labs.course().lesson(LAB)
        self.cursor = str(labs.message("local", lesson, after=self.cursor)[0])


def _read_older(one: Sized, _samples: int) -> Taken:
    """Have the facts read that the first page left for later: what follows is without that."""
    labs = one.app.services.labs
    live = labs.live("local", labs.course().lesson(LAB))
    while live.read_older():
        pass
    return {}


def _forget(one: Sized, _samples: int) -> None:
    """Forget what was folded of the labs, as a start does."""
    one.app.services.labs.lives.forget("local")


def _with_facts(place: Place, size: int) -> Sized:
    """Fill a store before an app opens it."""
    folder = place.folder / str(size)
    app = Platform(folder)
    app.deploy("warm", TRIVIAL)
    press(app)
    pattern = app.facts_of_a_call(FUNCTION)
    app.stop()
    seeding.add_facts(folder, pattern, count=size)
    app = Platform(folder)
    place.stack.callback(app.stop)
    return Sized(app, FACTS, size)


def _workspaces(place: Place) -> Iterator[Contestant]:
    for one in _sized(place, WORKSPACES):
        seeding.open_workspaces(one.app, one.size)
        yield from one.usual()
        yield one.timing(HOME, partial(one.get, "/"), most=6)


def _part(
    axis: str,
    open_: Callable[[Place], Iterator[Contestant]],
    *,
    seconds: float = 37,
    rounds: tuple[int, int] = (2, 5),
    warming: int = 1,
) -> Part:
    return Part(
        name=f"{GROWTH}{axis}",
        open=open_,
        rounds=rounds,
        samples=(5, 10),
        warming=warming,
        seconds=(4, seconds),
    )


PARTS = (
    _part(FUNCTIONS, _functions),
    _part(ENVIRONMENTS, _environments),
    _part(FACTS, _facts, seconds=70, warming=0),  # a first look at a million takes long
    _part(WORKSPACES, _workspaces),
)
