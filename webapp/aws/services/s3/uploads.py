"""Uploads in parts: begun, filled, listed, completed, aborted."""

from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.s3.listings import text_of
from webapp.aws.services.s3.places import asking, bucket_of, owner
from webapp.aws.services.s3.shapes import (
    algorithms,
    checksum_shape,
    conditions,
    described,
    etag,
    integrity,
    version_shape,
)
from webapp.sources.buckets.checksums import ALGORITHMS
from webapp.sources.buckets.ports import PartRecord
from webapp.sources.buckets.uploads import NamedPart, Upload

_MOST = 1000


async def create_multipart_upload(call: Call, request: Request) -> Result:
    chosen = algorithms(request)
    upload = await bucket_of(call, request).uploading.begin(
        request["Key"], about=described(request), algorithm=chosen[0] if chosen else ""
    )
    kind = {"ChecksumAlgorithm": chosen[0], "ChecksumType": "COMPOSITE"} if chosen else {}
    return {**_named(request), "UploadId": upload.identifier, **kind}


async def upload_part(call: Call, request: Request) -> Result:
    part = await bucket_of(call, request).uploading.put_part(
        _upload(call, request),
        request["PartNumber"],
        request.get("Body", b""),
        integrity=integrity(request),
    )
    return {"ETag": f'"{part.body.md5}"', **_checksums(part)}


async def complete_multipart_upload(call: Call, request: Request) -> Result:
    bucket = bucket_of(call, request)
    listed = request.get("MultipartUpload", {}).get("Parts", [])
    made = await bucket.uploading.complete(
        _upload(call, request),
        [_named_part(one) for one in listed],
        asking=asking(call),
        conditions=conditions(request),
    )
    return {
        **_named(request),
        "Location": f"{call.site.address}/{request['Bucket']}/{request['Key']}",
        "ETag": etag(made),
        **checksum_shape(made),
        **version_shape(bucket, made),
    }


async def abort_multipart_upload(call: Call, request: Request) -> None:
    await bucket_of(call, request).uploading.abort(_upload(call, request))


async def list_parts(call: Call, request: Request) -> Result:
    upload = _upload(call, request)
    after, most = request.get("PartNumberMarker", 0), min(request.get("MaxParts", _MOST), _MOST)
    numbers = sorted(number for number in upload.parts if number > int(after or 0))
    shown = [upload.parts[number] for number in numbers[: max(0, most)]]
    more = len(numbers) > len(shown)
    return {
        **_named(request),
        "UploadId": request["UploadId"],
        "PartNumberMarker": int(after or 0),
        "NextPartNumberMarker": shown[-1].number if shown else 0,
        "MaxParts": most,
        "IsTruncated": more,
        "Parts": [_part_shape(part) for part in shown],
        "Initiator": owner(call),
        "Owner": owner(call),
        "StorageClass": "STANDARD",
        "ChecksumAlgorithm": upload.record.algorithm or None,
    }


async def list_multipart_uploads(call: Call, request: Request) -> Result:
    text = text_of(request)
    prefix, most = request.get("Prefix", ""), min(request.get("MaxUploads", _MOST), _MOST)
    marker = request.get("KeyMarker", ""), request.get("UploadIdMarker", "")
    found = [one for one in bucket_of(call, request).uploads.all() if _follows(one, *marker)]
    found = [one for one in found if one.record.key.startswith(prefix)]
    shown = found[: max(0, most)]
    last = shown[-1].record if shown and len(found) > len(shown) else None
    return {
        "Bucket": request["Bucket"],
        "KeyMarker": text(marker[0]),
        "UploadIdMarker": marker[1],
        "NextKeyMarker": text(last.key) if last else None,
        "NextUploadIdMarker": last.identifier if last else None,
        "Prefix": text(prefix),
        "EncodingType": request.get("EncodingType"),
        "MaxUploads": most,
        "IsTruncated": last is not None,
        "Uploads": [
            {
                "UploadId": one.record.identifier,
                "Key": text(one.record.key),
                "Initiated": one.record.begun,
                "StorageClass": "STANDARD",
                "Owner": owner(call),
                "Initiator": owner(call),
            }
            for one in shown
        ],
    }


def _follows(upload: Upload, key: str, identifier: str) -> bool:
    record = upload.record
    if record.key == key and identifier:
        return record.identifier > identifier
    return record.key > key


def _upload(call: Call, request: Request) -> Upload:
    return bucket_of(call, request).uploads.find(request["UploadId"], key=request["Key"])


def _named(request: Request) -> dict[str, Any]:
    return {"Bucket": request["Bucket"], "Key": request["Key"]}


def _named_part(part: Request) -> NamedPart:
    told = [part[f"Checksum{name}"] for name in ALGORITHMS if f"Checksum{name}" in part]
    return NamedPart(
        number=part.get("PartNumber", 0),
        etag=part.get("ETag", ""),
        checksum=told[0] if told else "",
    )


def _part_shape(part: PartRecord) -> dict[str, Any]:
    return {
        "PartNumber": part.number,
        "LastModified": part.modified,
        "ETag": f'"{part.body.md5}"',
        "Size": part.body.size_bytes,
        **_checksums(part),
    }


def _checksums(part: PartRecord) -> dict[str, str]:
    return {f"Checksum{name}": value for name, value in part.body.checksums.items()}


OPERATIONS: dict[str, Implementation] = {
    "CreateMultipartUpload": create_multipart_upload,
    "UploadPart": upload_part,
    "CompleteMultipartUpload": complete_multipart_upload,
    "AbortMultipartUpload": abort_multipart_upload,
    "ListParts": list_parts,
    "ListMultipartUploads": list_multipart_uploads,
}
