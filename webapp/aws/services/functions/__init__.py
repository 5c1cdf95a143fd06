"""AWS Lambda: functions, their versions and aliases, what is written on them, calling them."""

from webapp.aws.catalogue import BodyLimit, Served
from webapp.aws.services.functions import (
    account,
    aliases,
    annotations,
    code_signing,
    concurrency,
    control,
    events,
    invocations,
    recursion,
    urls,
    versions,
)
from webapp.runtime.model import Limits

CREATION_BYTES = 256 * 1024
"""What a request may have beside its code: with 50 MB of it, AWS's 70,167,211 (1.2)."""


def code_request_bytes(limits: Limits) -> int:
    """Return how large a request with code may be: base64 makes four bytes of three."""
    return -(-limits.zipped_bytes * 4 // 3) + CREATION_BYTES


def event_bytes(limits: Limits) -> int:
    return limits.payload_bytes


SERVED = Served(
    name="lambda",
    operations={
        "AddPermission": annotations.add_permission,
        "CreateAlias": aliases.create_alias,
        "CreateFunction": control.create_function,
        "CreateFunctionUrlConfig": urls.create_function_url_config,
        "DeleteAlias": aliases.delete_alias,
        "DeleteFunction": control.delete_function,
        "DeleteFunctionCodeSigningConfig": code_signing.delete_function_code_signing_config,
        "DeleteFunctionConcurrency": concurrency.delete_function_concurrency,
        "DeleteFunctionEventInvokeConfig": events.delete_function_event_invoke_config,
        "DeleteFunctionUrlConfig": urls.delete_function_url_config,
        "GetAccountSettings": account.get_account_settings,
        "GetAlias": aliases.get_alias,
        "GetFunction": control.get_function,
        "GetFunctionCodeSigningConfig": code_signing.get_function_code_signing_config,
        "GetFunctionConcurrency": concurrency.get_function_concurrency,
        "GetFunctionConfiguration": control.get_function_configuration,
        "GetFunctionEventInvokeConfig": events.get_function_event_invoke_config,
        "GetFunctionRecursionConfig": recursion.get_function_recursion_config,
        "GetFunctionUrlConfig": urls.get_function_url_config,
        "GetPolicy": annotations.get_policy,
        "Invoke": invocations.invoke,
        "InvokeAsync": invocations.invoke_async,
        "InvokeWithResponseStream": invocations.invoke_with_response_stream,
        "ListAliases": aliases.list_aliases,
        "ListFunctionEventInvokeConfigs": events.list_function_event_invoke_configs,
        "ListFunctionUrlConfigs": urls.list_function_url_configs,
        "ListFunctions": control.list_functions,
        "ListTags": annotations.list_tags,
        "ListVersionsByFunction": versions.list_versions_by_function,
        "PublishVersion": versions.publish_version,
        "PutFunctionCodeSigningConfig": code_signing.put_function_code_signing_config,
        "PutFunctionConcurrency": concurrency.put_function_concurrency,
        "PutFunctionEventInvokeConfig": events.put_function_event_invoke_config,
        "PutFunctionRecursionConfig": recursion.put_function_recursion_config,
        "RemovePermission": annotations.remove_permission,
        "TagResource": annotations.tag_resource,
        "UntagResource": annotations.untag_resource,
        "UpdateAlias": aliases.update_alias,
        "UpdateFunctionCode": control.update_function_code,
        "UpdateFunctionConfiguration": control.update_function_configuration,
        "UpdateFunctionEventInvokeConfig": events.update_function_event_invoke_config,
        "UpdateFunctionUrlConfig": urls.update_function_url_config,
    },
    bodies={
        "InvokeWithResponseStream": BodyLimit(
            size_bytes=event_bytes, code="RequestTooLargeException", operation="InvokeFunction"
        ),
        "CreateFunction": BodyLimit(size_bytes=code_request_bytes, operation="CreateFunction"),
        "UpdateFunctionCode": BodyLimit(
            size_bytes=code_request_bytes, operation="UpdateFunctionCode"
        ),
        "Invoke": BodyLimit(
            size_bytes=event_bytes, code="RequestTooLargeException", operation="InvokeFunction"
        ),
    },
)
