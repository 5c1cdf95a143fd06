"""Function URLs as Lambda's control plane shows them (DG:urls-configuration)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from webapp.aws.call import Call, Request, Result
from webapp.aws.services.functions.pages import page_of
from webapp.aws.services.functions.requests import function_of
from webapp.aws.services.functions.shapes import Shape
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.urls.url_config import Cors, UrlConfig

_CORS = {
    "AllowCredentials": "allow_credentials",
    "AllowHeaders": "allow_headers",
    "AllowMethods": "allow_methods",
    "AllowOrigins": "allow_origins",
    "ExposeHeaders": "expose_headers",
    "MaxAge": "max_age",
}


async def create_function_url_config(call: Call, request: Request) -> Result:
    """Give a function a URL."""
    function = function_of(call, request)
    url = await call.place.urls.create(
        function,
        auth_type=request["AuthType"],
        cors=_cors(request.get("Cors")),
        invoke_mode=request.get("InvokeMode", "BUFFERED"),
        run=call.run,
    )
    shown = _shape(call, function, url)
    del shown["LastModifiedTime"]
    return shown


async def get_function_url_config(call: Call, request: Request) -> Result:
    function = function_of(call, request)
    return _shape(call, function, call.place.urls.get(function))


async def update_function_url_config(call: Call, request: Request) -> Result:
    """Change what is sent of a function's URL."""
    function = function_of(call, request)
    url = await call.place.urls.update(
        function,
        auth_type=request.get("AuthType"),
        cors=_cors(request.get("Cors")),
        invoke_mode=request.get("InvokeMode"),
        run=call.run,
    )
    return _shape(call, function, url)


async def delete_function_url_config(call: Call, request: Request) -> None:
    await call.place.urls.delete(function_of(call, request), run=call.run)


async def list_function_url_configs(call: Call, request: Request) -> Result:
    """Answer the URLs of a function: its own, and those of its aliases."""
    urls = call.place.urls.all(function_of(call, request))
    page = page_of(
        urls,
        request,
        key=lambda one: one[0].qualifier or "",
        of="function URLs",
        operation=call.operation,
    )
    shapes = [_shape(call, function, url) for function, url in page.items]
    return {"FunctionUrlConfigs": shapes, "NextMarker": page.marker}


def _cors(members: Mapping[str, Any] | None) -> Cors | None:
    if members is None:
        return None
    fields: dict[str, Any] = {_CORS[name]: value for name, value in members.items()}
    lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return Cors(**{**fields, **lists})


def _shape(call: Call, function: FunctionReference, url: UrlConfig) -> Shape:
    return {
        "FunctionUrl": call.site.function_url(url.identifier, region=call.region),
        "FunctionArn": function.arn(call.place.address),
        "AuthType": url.auth_type,
        "Cors": None if url.cors is None else _cors_shape(url.cors),
        "CreationTime": _stamp(url.created),
        "LastModifiedTime": _stamp(url.modified),
        "InvokeMode": url.invoke_mode,
    }


def _cors_shape(cors: Cors) -> Shape:
    """Return the rules that were configured."""
    values = {member: getattr(cors, field) for member, field in _CORS.items()}
    kept = {name: value for name, value in values.items() if value not in ((), None, False)}
    return {name: list(one) if isinstance(one, tuple) else one for name, one in kept.items()}


def _stamp(time: float) -> str:
    """Return ``2026-01-02T03:04:05.678901Z``."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
