"""What buckets refuse, in S3's words."""

from collections.abc import Mapping
from typing import ClassVar

from webapp.sources.errors import SourceError


class BucketError(SourceError):
    """A request that S3 refuses. ``fields`` stand beside its code in the answer."""

    def __init__(self, message: str = "", **fields: str) -> None:
        super().__init__(message or self.words)
        self.fields: Mapping[str, str] = fields

    words: ClassVar[str] = ""


class NoSuchBucket(BucketError):
    code, status, words = "NoSuchBucket", 404, "The specified bucket does not exist"


class NoSuchKey(BucketError):
    code, status, words = "NoSuchKey", 404, "The specified key does not exist."


class NoSuchVersion(BucketError):
    code, status, words = "NoSuchVersion", 404, "The specified version does not exist."


class NoSuchUpload(BucketError):
    code, status = "NoSuchUpload", 404
    words = (
        "The specified upload does not exist. The upload ID may be invalid, or the upload may "
        "have been aborted or completed."
    )


class MarkerNotAllowed(BucketError):
    """A delete marker is asked for what it holds."""

    code, status = "MethodNotAllowed", 405
    words = "The specified method is not allowed against this resource."


class BucketAlreadyOwned(BucketError):
    code, status = "BucketAlreadyOwnedByYou", 409
    words = "Your previous request to create the named bucket succeeded and you already own it."


class OperationAborted(BucketError):
    """Somebody else changed it meanwhile. Nothing was changed."""

    code, status = "OperationAborted", 409
    words = (
        "A conflicting conditional operation is currently in progress against this resource. "
        "Please try again."
    )


class BucketNotEmpty(BucketError):
    code, status, words = "BucketNotEmpty", 409, "The bucket you tried to delete is not empty"


class InvalidBucketName(BucketError):
    code, status, words = "InvalidBucketName", 400, "The specified bucket is not valid."


class TooManyBuckets(BucketError):
    code, status = "TooManyBuckets", 400
    words = "You have attempted to create more buckets than allowed"


class KeyTooLong(BucketError):
    code, status, words = "KeyTooLongError", 400, "Your key is too long"


class InvalidUri(BucketError):
    code, status, words = "InvalidURI", 400, "Couldn't parse the specified URI."


class InvalidArgument(BucketError):
    code, status, words = "InvalidArgument", 400, "Invalid Argument"


class InvalidRequest(BucketError):
    code, status, words = "InvalidRequest", 400, "Invalid Request"


class InvalidTag(BucketError):
    code, status, words = "InvalidTag", 400, "The tag provided was not a valid tag."


class InvalidRange(BucketError):
    code, status, words = "InvalidRange", 416, "The requested range is not satisfiable"


class PreconditionFailed(BucketError):
    code, status = "PreconditionFailed", 412
    words = "At least one of the pre-conditions you specified did not hold"


class NotModified(BucketError):
    code, status, words = "NotModified", 304, "Not Modified"


class BadDigest(BucketError):
    code, status = "BadDigest", 400
    words = "The Content-MD5 you specified did not match what we received."


class InvalidDigest(BucketError):
    code, status, words = "InvalidDigest", 400, "The Content-MD5 you specified was invalid."


class EntityTooSmall(BucketError):
    code, status = "EntityTooSmall", 400
    words = "Your proposed upload is smaller than the minimum allowed size"


class InvalidPart(BucketError):
    code, status = "InvalidPart", 400
    words = (
        "One or more of the specified parts could not be found.  The part may not have been "
        "uploaded, or the specified entity tag may not match the part's entity tag."
    )


class InvalidPartOrder(BucketError):
    code, status = "InvalidPartOrder", 400
    words = "The list of parts was not in ascending order. Parts must be ordered by part number."


class MalformedXml(BucketError):
    code, status = "MalformedXML", 400
    words = (
        "The XML you provided was not well-formed or did not validate against our published schema"
    )


class MetadataTooLarge(BucketError):
    code, status = "MetadataTooLarge", 400
    words = "Your metadata headers exceed the maximum allowed metadata size"


class StorageFull(BucketError):
    """The workspace's objects take as much as this host lets them. Nothing was stored."""

    code, status = "QuotaExceeded", 403
