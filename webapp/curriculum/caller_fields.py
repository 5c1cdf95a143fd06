"""The cards of a gallery: what a caller is, then ``---``, then its keys."""

from collections.abc import Iterator

from webapp.curriculum.caller import CALL_MODELS, Caller, CallModel, EventField
from webapp.curriculum.press import Invoke, Press
from webapp.curriculum.questions import Question


def read_caller(name: str, question: Question) -> Caller:
    """Read ``name``, ``model``, ``known_by``, and ``presses`` with ``source`` or ``lesson``."""
    fields, links = question.fields, question.links
    named = fields.words("presses", among=links.presses)
    presses = tuple(links.presses[one] for one in named if one in links.presses)
    caller = Caller(
        id=name,
        name=fields.text("name"),
        model=_model(question),
        says=question.text,
        known_by=question.inline("known_by", fields=fields),
        source=fields.text("source") if named else "",
        presses=presses,
        fields=tuple(_event_fields(question)),
        stands_in=fields.boolean("stands_in", default=False),
        lesson=fields.choice("lesson", among=links.mapped, default=""),
    )
    fields.done()
    if problem := _problem(caller):
        fields.problem("presses", problem)
    return caller


def _model(question: Question) -> CallModel:
    given = question.fields.choice("model", among=CALL_MODELS)
    return next((one for one in CALL_MODELS if one == given), CALL_MODELS[0])


def _event_fields(question: Question) -> Iterator[EventField]:
    fields = question.fields.fields("fields", required=False)
    for path in fields.names if fields else ():
        assert fields is not None, "it has names"
        yield EventField(path=path, says=question.inline(path, fields=fields))


def _problem(caller: Caller) -> str:
    sends = any(_sends(press, caller.source) for press in caller.presses)
    if caller.stands_in is not sends:
        return (
            "A caller stands in for its service where a press invokes with its 'source', "
            "and only there."
        )
    return ""


def _sends(press: Press, source: str) -> bool:
    return isinstance(press.action, Invoke) and press.action.source == source
