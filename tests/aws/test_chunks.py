"""Bodies in aws-chunked, as S3's clients send them: whole, signed, cut short, made up."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.aws.authentication import put_together, taken_apart
from webapp.aws.errors import AwsError
from webapp.aws.signature.canonical import EMPTY_HASH, request_signature, signed, signing_key
from webapp.aws.signature.chunks import Chunked, is_chunked, read_chunks
from webapp.aws.signature.claim import Claim
from webapp.aws.signature.verification import verify
from webapp.aws.wire import WireRequest

NOW, TIME = 1_767_225_600.0, "20260101T000000Z"
SECRET = "secret"
PARTS = st.lists(st.binary(min_size=1, max_size=50), max_size=5)
CLAIM = Claim(
    access_key="k",
    date="20260101",
    region="us-east-1",
    service="s3",
    time=TIME,
    signed_headers=("host", "x-amz-content-sha256", "x-amz-date"),
    signature="",
    token=None,
    in_query=False,
)


def plain(parts: list[bytes], trailer: bytes = b"") -> bytes:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return chunks + b"0\r\n" + trailer + b"\r\n"


def refused(body: bytes, **headers: str) -> str:
    with pytest.raises(AwsError) as error:
        read_chunks(body, {name.replace("_", "-"): value for name, value in headers.items()})
    return error.value.code


@given(parts=PARTS)
def test_the_chunks_together_are_the_body(parts: list[bytes]) -> None:
    trailer = b"x-amz-checksum-crc32:AAAAAA==\r\n"
    headers = {"x-amz-decoded-content-length": str(sum(map(len, parts)))}
    chunked = read_chunks(plain(parts, trailer), headers)
    assert chunked.body == b"".join(parts)
    assert chunked.trailers == {"x-amz-checksum-crc32": "AAAAAA=="}


@given(parts=st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=3), data=st.data())
def test_a_body_that_is_cut_short_is_refused(parts: list[bytes], data: st.DataObject) -> None:
    body = plain(parts)
    end = data.draw(st.integers(0, len(body) - 5))
    assert refused(body[:end]) in ("IncompleteBody", "InvalidRequest")


@given(body=st.binary(max_size=100))
def test_what_is_no_chunked_body_is_refused_or_read(body: bytes) -> None:
    with suppress(AwsError):
        assert len(read_chunks(body, {}).body) < len(body)


@pytest.mark.parametrize(
    "body",
    [
        b"-1\r\n\r\n",
        b"0x1\r\na\r\n0\r\n\r\n",
        b"ffffffffffffffffff\r\n\r\n",
        b"7fffffffffffffff\r\na",
        b"1\r\nab\r\n0\r\n\r\n",
        b"1;chunk-signature=short\r\na\r\n0\r\n\r\n",
        b"0\r\nno header\r\n\r\n",
        b"0\r\n" + b"".join(b"a%d:b\r\n" % number for number in range(50)),
    ],
)
def test_sizes_and_signatures_that_lie_are_refused(body: bytes) -> None:
    assert refused(body) in ("IncompleteBody", "InvalidRequest")


def test_a_length_that_was_promised_is_kept() -> None:
    assert refused(plain([b"abc"]), x_amz_decoded_content_length="4") == "IncompleteBody"


def test_chunked_bodies_are_told_by_their_headers() -> None:
    assert is_chunked({"x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"})
    assert is_chunked({"content-encoding": "gzip,aws-chunked"})
    assert not is_chunked({"x-amz-content-sha256": EMPTY_HASH, "content-encoding": "gzip"})


def test_only_trailers_that_were_announced_become_headers() -> None:
    body = plain([b"a"], b"x-amz-checksum-crc32:AAAAAA==\r\nx-amz-acl:public-read\r\n")
    headers = {"content-encoding": "aws-chunked", "x-amz-trailer": "x-amz-checksum-crc32"}
    request = WireRequest(method="PUT", path="/bucket/key", headers=headers, body=body)
    whole = put_together(request, taken_apart(request))
    assert whole.body == b"a"
    assert whole.headers.keys() - headers.keys() == {"x-amz-checksum-crc32"}


def signed_request(parts: list[bytes], trailer: str = "") -> tuple[WireRequest, Claim]:
    """Return a request whose chunks are signed one after the other, as S3's clients do it."""
    kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if trailer else "")
    headers = {"host": "h", "x-amz-content-sha256": kind, "x-amz-date": TIME}
    request = WireRequest(method="PUT", path="/bucket/key", headers=headers)
    key = signing_key(SECRET, CLAIM)
    seed = request_signature(key, request, CLAIM, time=TIME)
    body = b"".join(_signed_chunks(key, seed, parts, trailer))
    return replace(request, body=body), replace(CLAIM, signature=seed)


def _signed_chunks(key: bytes, seed: str, parts: list[bytes], trailer: str) -> Iterator[bytes]:
    last, scope = seed, CLAIM.scope
    for part in [*parts, b""]:
        digest = hashlib.sha256(part).hexdigest()
        text = f"AWS4-HMAC-SHA256-PAYLOAD\n{TIME}\n{scope}\n{last}\n{EMPTY_HASH}\n{digest}"
        last = signed(key, text)
        yield b"%x;chunk-signature=%s\r\n%s" % (len(part), last.encode(), part)
        yield b"\r\n" if part else b""
    if trailer:
        digest = hashlib.sha256(f"{trailer}\n".encode()).hexdigest()
        final = signed(key, f"AWS4-HMAC-SHA256-TRAILER\n{TIME}\n{scope}\n{last}\n{digest}")
        yield f"{trailer}\r\nx-amz-trailer-signature:{final}\r\n".encode()
    yield b"\r\n"


def check(request: WireRequest, claim: Claim) -> Chunked:
    chunked = read_chunks(request.body, request.headers)
    verify(request, claim, secret=SECRET, now=NOW, chunked=chunked)
    return chunked


@given(parts=PARTS, trailer=st.sampled_from(["", "x-amz-checksum-crc32:AAAAAA=="]))
def test_signed_chunks_are_proven(parts: list[bytes], trailer: str) -> None:
    assert check(*signed_request(parts, trailer)).body == b"".join(parts)


@given(data=st.data())
def test_no_byte_of_signed_chunks_can_be_changed(data: st.DataObject) -> None:
    request, claim = signed_request([b"hello", b"world"], "x-amz-checksum-crc32:AAAAAA==")
    at = data.draw(st.integers(0, len(request.body) - 1))
    flipped = bytes((request.body[at] ^ data.draw(st.integers(1, 255)),))
    body = request.body[:at] + flipped + request.body[at + 1 :]
    spoilt = replace(request, body=body)
    try:
        chunked = check(spoilt, claim)
    except AwsError:
        return
    # What may change is how it is written: a size in capitals, spaces around a trailer's value.
    assert chunked.body == b"helloworld"
    assert chunked.trailers["x-amz-checksum-crc32"] == "AAAAAA=="


def test_chunks_cannot_be_left_out_or_change_places() -> None:
    request, claim = signed_request([b"hello", b"world"])
    head = request.body.index(b"\r\n5;") + 2
    tail = request.body.index(b"\r\n0;") + 2
    first, second, last = request.body[:head], request.body[head:tail], request.body[tail:]
    for body in (second + first + last, first + last, second + last, last):
        with pytest.raises(AwsError):
            check(replace(request, body=body), claim)
