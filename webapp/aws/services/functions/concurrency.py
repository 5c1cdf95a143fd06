"""What a function reserves of the account's concurrency (lambda-behaviour 8.1)."""

from webapp.aws.call import Call, Request, Result
from webapp.aws.services.functions.requests import whole_function_of


async def get_function_concurrency(call: Call, request: Request) -> Result:
    """Answer what is reserved; nothing if nothing is."""
    return shape(
        call.place.registry.get(whole_function_of(call, request).name).reserved_concurrency
    )


async def put_function_concurrency(call: Call, request: Request) -> Result:
    """Reserve, which is guarantee and cap; 0 stops the function."""
    name, wanted = whole_function_of(call, request).name, request["ReservedConcurrentExecutions"]
    await call.place.reservations.reserve(name, wanted, run=call.run)
    return shape(wanted)


async def delete_function_concurrency(call: Call, request: Request) -> None:
    """Let the function run on what nobody has reserved again."""
    await call.place.reservations.reserve(whole_function_of(call, request).name, None, run=call.run)


def shape(reserved: int | None) -> Result:
    """Return a reservation as AWS shows it."""
    return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}
