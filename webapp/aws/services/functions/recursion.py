"""Whether Lambda stops a function that calls itself in a loop (lambda-behaviour 9.3)."""

from webapp.aws.call import Call, Request, Result
from webapp.aws.services.functions.requests import whole_function_of


async def get_function_recursion_config(call: Call, request: Request) -> Result:
    function = call.place.registry.get(whole_function_of(call, request).name)
    return {"RecursiveLoop": function.recursive_loop}


async def put_function_recursion_config(call: Call, request: Request) -> Result:
    """Keep the choice, which holds from the next call on."""
    registry, name = call.place.registry, whole_function_of(call, request).name
    async with registry.alone(name):
        changed = await registry.annotate(
            name, "recursion", run=call.run, recursive_loop=request["RecursiveLoop"]
        )
    return {"RecursiveLoop": changed.recursive_loop}
