"""Who means harm, or others' objects, gets nowhere and hears why."""

import http.client
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.clients import Boto
from tests.aws.s3.conftest import refusal
from tests.aws.signing import BOB
from webapp.wiring import Application


@pytest.fixture
def send(boto: Boto) -> Any:
    """Return what sends a request as it is, signed so that self-study lets it in."""

    def send_raw(method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        host = boto.address.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=60)
        signature = (
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, "
            "SignedHeaders=host, Signature=0"
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        told = {"Authorization": signature, "X-Amz-Date": "20260101T000000Z", **named}
        try:
            connection.request(method, path, body, told)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    return send_raw


def test_a_key_that_climbs_stays_a_key(
    application: Application, send: Any, s3: Any, bucket: str
) -> None:
    secret = Path(str(application.storage.engine.url.database)).parent / "secret"
    before = secret.read_bytes() if secret.exists() else None
    for path in ("../secret", "..%2f..%2fsecret", "%2e%2e/%2e%2e/secret", "a/../../secret", "//x"):
        assert send("PUT", f"/{bucket}/{path}", b"mine")[0] == 200, path
        assert send("GET", f"/{bucket}/{path}") == (200, b"mine")
    assert (secret.read_bytes() if secret.exists() else None) == before
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert sorted(keys) == ["../../secret", "../secret", "//x", "a/../../secret"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<", b"MalformedXML"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Delete>&b;</Delete>', b"Malf"),
        (b"<Delete>" + b"<a>" * 500, b"MalformedXML"),
        (b"<Delete></Delete>", b"MalformedXML"),
        (b"\xff\xfe\x00", b"MalformedXML"),
    ],
    ids=range(5),
)
def test_xml_that_means_harm_is_refused(send: Any, bucket: str, body: bytes, code: bytes) -> None:
    status, answer = send("POST", f"/{bucket}?delete", body)
    assert status == 400, answer
    assert code in answer or b"InvalidArgument" in answer


@pytest.mark.parametrize(
    "path",
    [
        "/{}/%ff%fe",
        "/{}/k?partNumber=1e9&uploadId=x",
        "/{}/k?partNumber=" + "9" * 200 + "&uploadId=x",
        "/{}?list-type=2&max-keys=abc",
        "/{}?list-type=2&max-keys=" + "9" * 50,
        "/{}?list-type=2&continuation-token=%00",
        "/{}/k?versionId=../../x",
        "/{}?versions&key-marker=a&version-id-marker=%F0%9F%A6%86",
    ],
)
def test_an_address_that_makes_no_sense_breaks_nothing(send: Any, bucket: str, path: str) -> None:
    for method in ("GET", "PUT", "DELETE", "HEAD"):
        status, _ = send(method, path.format(bucket))
        assert status < 500, (method, status)


def test_a_refused_head_says_nothing_more(send: Any, bucket: str) -> None:
    assert send("HEAD", f"/{bucket}/none") == (404, b"")


def test_the_buckets_of_another_workspace_are_not_there(
    hosted: Application, hosted_boto: Boto
) -> None:
    mine = hosted_boto("s3")
    mine.create_bucket(Bucket="same-name")
    mine.put_object(Bucket="same-name", Key="k", Body=b"mine")
    theirs = hosted_boto("s3", key=hosted.services.access_keys.of(BOB))
    with pytest.raises(theirs.exceptions.NoSuchBucket):
        theirs.get_object(Bucket="same-name", Key="k")
    theirs.create_bucket(Bucket="same-name")
    with pytest.raises(theirs.exceptions.NoSuchKey):
        theirs.get_object(Bucket="same-name", Key="k")
    with pytest.raises(ClientError) as refused:
        theirs.copy_object(Bucket="same-name", Key="x", CopySource="same-name/k")
    assert refusal(refused)[0] == 404
    assert mine.get_object(Bucket="same-name", Key="k")["Body"].read() == b"mine"


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_presigned_address_is_good_for_what_it_says_and_no_longer(
    hosted_boto: Boto, version: str
) -> None:
    place = {"Bucket": f"links-{version}", "Key": "a b"}
    hosted_boto("s3").create_bucket(Bucket=place["Bucket"])
    mine = hosted_boto("s3", signature_version=version)
    put = mine.generate_presigned_url("put_object", place, 60)
    assert visit("PUT", put, b"by link")[0] == 200
    get = mine.generate_presigned_url("get_object", place, 60)
    assert visit("GET", get) == (200, b"by link")
    plain = mine.generate_presigned_url("get_object", {**place, "ResponseContentType": "a/b"}, 60)
    assert visit("GET", plain) == (200, b"by link")
    for changed in (
        get.replace("a%20b", "other"),
        plain.replace("a%2Fb", "text%2Fhtml"),
        re.sub(r"(Expires=)\d+", r"\g<1>604000" if version == "s3v4" else r"\g<1>9999999999", get),
        re.sub(r"(Signature=)..", r"\g<1>aa", get),
    ):
        assert visit("GET", changed)[0] == 403, changed
    assert visit("PUT", get, b"x")[0] == 403
    over = mine.generate_presigned_url("get_object", place, -5)
    status, answer = visit("GET", over)
    assert status in (400, 403), answer


def visit(method: str, url: str, body: bytes = b"") -> tuple[int, bytes]:
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=60)
    try:
        connection.request(method, f"/{path}", body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_of_many_who_want_to_be_first_one_is(s3: Any, bucket: str) -> None:
    won: list[int] = []
    codes: list[str] = []

    def put(number: int) -> None:
        try:
            s3.put_object(Bucket=bucket, Key="k", Body=b"%d" % number, IfNoneMatch="*")
        except ClientError as error:
            codes.append(error.response["Error"]["Code"])
        else:
            won.append(number)

    threads = [threading.Thread(target=put, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    [winner] = won
    assert codes == ["PreconditionFailed"] * 7
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"%d" % winner


def test_a_bucket_is_also_named_by_its_host(send: Any, s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    for host in (f"{bucket}.localhost:8000", f"{bucket}.s3.us-east-1.localhost"):
        assert send("GET", "/k", Host=host) == (200, b"x")
    assert send("GET", "/k", Host=f"{bucket}.example.org")[0] == 403
    assert send("GET", "/k", Host=f"../{bucket}.localhost")[0] in (400, 404)
