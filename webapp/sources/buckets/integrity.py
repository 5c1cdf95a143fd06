"""Whether a body came as it was sent: its MD5 and the checksums that its sender tells. Pure."""

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from webapp.sources.buckets.errors import BadDigest, InvalidDigest, InvalidRequest
from webapp.sources.buckets.ports import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrity:
    """``md5`` is in base64, empty if not told; ``checksums`` by S3's name of their algorithm.

    ``wanted`` are algorithms whose checksum is kept, told or not.
    """

    md5: str = ""
    checksums: Mapping[str, str] = field(default_factory=dict)
    wanted: Sequence[str] = ()

    @property
    def algorithms(self) -> Sequence[str]:
        return tuple(dict.fromkeys([*self.checksums, *self.wanted]))

    def also(self, algorithms: Iterable[str]) -> "Integrity":
        """Keep these checksums, too."""
        return replace(self, wanted=(*self.wanted, *algorithms))

    def check(self, body: Body) -> None:
        """Raise ``InvalidDigest``, ``InvalidRequest`` or ``BadDigest``."""
        if self.md5 and _decoded(self.md5) != bytes.fromhex(body.md5):
            raise BadDigest(ExpectedDigest=self.md5, CalculatedDigest=body.md5)
        for name, told in self.checksums.items():
            made = body.checksums[name]
            if told != made:
                if len(told) != len(made):
                    raise InvalidRequest(f"Value for x-amz-checksum-{name.lower()} is invalid.")
                raise BadDigest(f"The {name} you specified did not match the calculated checksum.")


def _decoded(text: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != 16:
        raise InvalidDigest(**{"Content-MD5": text[:100]})
    return found
