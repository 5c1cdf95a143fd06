"""What an account may have of Lambda in a region, and has."""

from webapp.aws.call import Call, Request, Result


async def get_account_settings(call: Call, _request: Request) -> Result:
    """Answer limits and usage of the region; code storage is shared by every region here."""
    limits = call.platform.limits
    records = call.place.registry.all()
    storage = call.workspace.code_storage
    return {
        "AccountLimit": {
            "TotalCodeSize": storage.limit_bytes,
            "CodeSizeUnzipped": limits.unzipped_bytes,
            "CodeSizeZipped": limits.zipped_bytes,
            "ConcurrentExecutions": limits.concurrency,
            "UnreservedConcurrentExecutions": call.place.concurrency.unreserved,
        },
        "AccountUsage": {
            "TotalCodeSize": storage.used_bytes,
            "FunctionCount": len(records),
        },
    }
