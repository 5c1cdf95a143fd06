"""What an account may have of Lambda in a region, and has."""

from webapp.aws.call import Call, Request, Result

STORED_CODE_BYTES = 80_530_636_800
"""75 GB: what AWS shows. Here the disk is the limit (lambda-behaviour 1.2)."""


async def get_account_settings(call: Call, _request: Request) -> Result:
    """Answer limits and usage of the region."""
    limits = call.platform.limits
    records = call.place.registry.all()
    return {
        "AccountLimit": {
            "TotalCodeSize": STORED_CODE_BYTES,
            "CodeSizeUnzipped": limits.unzipped_bytes,
            "CodeSizeZipped": limits.zipped_bytes,
            "ConcurrentExecutions": limits.concurrency,
            "UnreservedConcurrentExecutions": limits.concurrency,
        },
        "AccountUsage": {
            "TotalCodeSize": sum(record.code_size_bytes for record in records),
            "FunctionCount": len(records),
        },
    }
