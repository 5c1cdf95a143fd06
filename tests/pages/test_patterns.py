"""``/patterns`` draws every state with the product's own templates."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    "says",
    [
        'data-state="open"',
        'data-state="committed"',
        'data-state="revealed"',
        "task--passed",
        "task--failed",
        "answer--wrong",
        "answer--right",
        "answer--unknown",
        'aria-invalid="true"',
        '<segment-sample kind="init-failed">',
        '<segment-sample kind="visibility">',
        'data-name="throttle-tint"',
        "toast--error",
        "<dialog",
        "callout--warning",
        "empty__title",
        'role="tablist"',
        'class="table"',
        "lesson-list__item--planned",
        "reflection__answer",
        'class="solution"',
    ],
)
def test_each_state_is_there(client: FlaskClient, says: str) -> None:
    assert says in client.get("/patterns").text
