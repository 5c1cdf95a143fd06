"""What an undo keeps of a function's versions and aliases, as JSON values. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from webapp.runtime.functions.alias import Alias
from webapp.runtime.model import FunctionRecord
from webapp.storage.functions import alias_of, document_of, record_of


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVersions:
    """Versions and aliases of one function, and the highest number that was given."""

    versions: Sequence[FunctionRecord]
    aliases: Mapping[str, Alias]
    last_version: int


def versions_document(record: FunctionRecord, versions: Sequence[FunctionRecord]) -> dict[str, Any]:
    """Return versions and aliases as JSON values."""
    return {
        "versions": [
            {"number": one.version, "digest": one.code_digest, "record": document_of(one)}
            for one in versions
        ],
        "aliases": {name: asdict(alias) for name, alias in record.aliases.items()},
        "last_version": record.last_version,
    }


def digests_of(document: Mapping[str, Any]) -> set[str]:
    """Return which code the versions of a document need."""
    return {one["digest"] for one in document.get("versions", ())}


def kept_versions(document: Mapping[str, Any], *, name: str, region: str) -> KeptVersions:
    """Return versions and aliases from JSON values."""
    return KeptVersions(
        versions=[
            record_of(
                one["record"],
                name=name,
                region=region,
                code_digest=one["digest"],
                version=one["number"],
            )
            for one in document.get("versions", ())
        ],
        aliases={alias: alias_of(values) for alias, values in document.get("aliases", {}).items()},
        last_version=document.get("last_version", 0),
    )
