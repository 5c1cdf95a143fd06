"""Who may call a function by its URL (DG:urls-auth, as of October 2025). Pure."""

from collections.abc import Sequence

from webapp.runtime.functions import policy
from webapp.runtime.functions.policy import Caller, Statement
from webapp.runtime.urls.url_config import UrlConfig

NEEDED = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")
"""Both have to be allowed; before October 2025 the first one was enough."""


def missing(
    statements: Sequence[Statement], url: UrlConfig, *, caller: Caller | None, owner: str
) -> tuple[str, ...]:
    """Return the actions that the caller is not allowed; none if the call may be made.

    ``statements`` are the policy of what has the URL: the function, or one of its aliases.
    ``caller`` is who signed, ``None`` for nobody; ``owner`` is the function's account, whose own
    people need no statement.
    """
    if url.auth_type == "AWS_IAM":
        if caller is None:
            return NEEDED
        if caller.account == owner:
            return ()
    context = {
        "lambda:FunctionUrlAuthType": url.auth_type,
        "lambda:InvokedViaFunctionUrl": "true",
    }
    who = caller if url.auth_type == "AWS_IAM" and caller is not None else Caller()
    return tuple(
        action
        for action in NEEDED
        if not policy.allows(statements, action, caller=who, context=context)
    )
