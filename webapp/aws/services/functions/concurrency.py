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
    registry, name = call.place.registry, whole_function_of(call, request).name
    wanted = request["ReservedConcurrentExecutions"]
    async with registry.alone(name):
        registry.get(name)
        call.place.concurrency.check_reservation(name, wanted)
        await registry.annotate(name, "concurrency", run=call.run, reserved_concurrency=wanted)
    return shape(wanted)


async def delete_function_concurrency(call: Call, request: Request) -> None:
    """Let the function run on what nobody has reserved again."""
    registry, name = call.place.registry, whole_function_of(call, request).name
    async with registry.alone(name):
        await registry.annotate(name, "concurrency", run=call.run, reserved_concurrency=None)


def shape(reserved: int | None) -> Result:
    """Return a reservation as AWS shows it."""
    return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}
