"""A lesson page alone, and while many live pages are open and their labs are at work."""

from tools.bench.callers import Calling, Order, Request
from tools.bench.measure import Contestant, Quantity, Taken, timed, timing
from tools.bench.part import Part, Place
from tools.bench.readers import reading
from tools.bench.served import Client, served, signed_headers

PAGE = "/w/local/lessons/cold-and-warm"
LIST = "/2015-03-31/functions"
FRAGMENT = "/w/local/labs/cold-and-warm/configuration"
ALONE, HOME = "lesson page, alone", "course map, alone"
BESIDE = "lesson page, live pages open and labs at work"
CALL_BESIDE = "call of a lab, live pages open and labs at work"
CALLS_A_SECOND = 50.0
_FIRST_ACCOUNT = 100_000_000_000
_CALLERS = 10


def _open(place: Place) -> list[Contestant]:
    count = place.several(quick=40, full=300)
    port = place.stack.enter_context(served(place.folder))
    client = Client(port)
    for path in ("/", PAGE):
        client.request("GET", path)
    labs = [_lab(client, _FIRST_ACCOUNT + number) for number in range(count)]
    seconds = 2.0 if place.quick else 8.0
    return [
        timing(HOME, lambda: client.request("GET", "/")),
        timing(ALONE, lambda: client.request("GET", PAGE)),
        Contestant(lambda samples: _beside(client, port, labs, seconds=seconds, samples=samples)),
    ]


def _lab(client: Client, account: int) -> str:
    """Make a workspace as AWS clients do, call its lab once, and return where the lab is."""
    key = f"{account:012}"
    who = b"Action=GetCallerIdentity&Version=2011-06-15"
    form = "application/x-www-form-urlencoded"
    client.request("POST", "/", who, signed=signed_headers("sts", "/", who, form, key=key))
    lab = f"/w/{key}/labs/cold-and-warm"
    client.request("POST", f"{lab}/invoke", b"{}")
    return lab


def _beside(client: Client, port: int, labs: list[str], *, seconds: float, samples: int) -> Taken:
    calls = [Request(path=f"{lab}/invoke", body="{}") for lab in labs]
    order = Order(port=port, requests=calls, callers=_CALLERS, seconds=seconds, rate=CALLS_A_SECOND)
    with reading(port, [f"{lab}/events" for lab in labs]):
        calling = Calling(order)
        times = [timed(lambda: client.request("GET", PAGE)) for _ in range(samples)]
        load = calling.wait()
    return {Quantity(BESIDE): times, Quantity(CALL_BESIDE): load.times}


PART = Part(name="pages", open=_open, rounds=(1, 3), samples=(20, 60), seconds=(8, 55))
