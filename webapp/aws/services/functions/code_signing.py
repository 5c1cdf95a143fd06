"""Code signing: what deployment tools ask of every function. No signing profile is here."""

from webapp.aws.call import Call, Request, Result
from webapp.aws.services.functions.requests import no_signing, whole_function_of


async def get_function_code_signing_config(call: Call, request: Request) -> Result:
    """Answer that the function's code need not be signed, as of one without a configuration."""
    function = whole_function_of(call, request)
    name = call.place.registry.get(function.name).name
    return {"CodeSigningConfigArn": "", "FunctionName": name}


async def put_function_code_signing_config(call: Call, request: Request) -> Result:
    """Refuse a configuration: there is none that it could name."""
    call.place.registry.get(whole_function_of(call, request).name)
    raise no_signing(request["CodeSigningConfigArn"])


async def delete_function_code_signing_config(call: Call, request: Request) -> None:
    """Take away the configuration that the function does not have."""
    call.place.registry.get(whole_function_of(call, request).name)
