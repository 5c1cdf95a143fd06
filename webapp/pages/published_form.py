"""What the lab shows of versions and aliases, with what was typed and what was refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.classroom.published import WantedAlias
from webapp.classroom.workbench import function_of
from webapp.curriculum.model import Lesson
from webapp.pages.access import labs
from webapp.pages.sent import whole_number
from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.functions.alias import Alias
from webapp.runtime.model import LATEST, FunctionRecord
from webapp.trace.projections import formats

SHORT_HASH = 8
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One line of the list; ``aliases`` lead to it."""

    number: str
    ago: str
    description: str
    code: str
    aliases: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasRow:
    """One alias: its version, and how many percent of the calls go to ``second``."""

    name: str
    version: str
    second: str = ""
    percent: str = "0"
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedForm:
    """Versions, the newest first, and aliases. ``errors`` by place, ``said`` after a success."""

    base: str
    function: str
    versions: tuple[VersionRow, ...]
    aliases: tuple[AliasRow, ...]
    numbers: tuple[str, ...]
    qualifiers: tuple[str, ...]
    qualifier: str
    new: AliasRow
    description: str = ""
    more: int = 0
    errors: Mapping[str, str] = field(default_factory=dict)
    said: str = ""


def read_published_form(
    workspace: str,
    lesson: Lesson,
    *,
    function: str,
    errors: Mapping[str, str] | None = None,
    given: Mapping[str, Any] | None = None,
    said: str = "",
) -> PublishedForm:
    """Return what there is, with what was typed where it was refused."""
    name = function_of(lesson, function).name
    published = labs().published.look(workspace, lesson, function=name)
    wrong, typed = errors or {}, given or {}
    newest = published.versions[::-1]
    return PublishedForm(
        base=f"/w/{workspace}/labs/{lesson.slug}",
        function=name,
        versions=tuple(
            _version(one, published.aliases, now=published.now) for one in newest[:MOST_SHOWN]
        ),
        more=max(0, len(newest) - MOST_SHOWN),
        aliases=tuple(_alias(one, wrong, typed) for one in published.aliases),
        numbers=tuple(one.version for one in newest),
        qualifiers=published.qualifiers,
        qualifier=labs().qualifier(workspace, lesson, function=name),
        new=_new(wrong, typed, newest=newest[0].version if newest else LATEST),
        description=str(typed.get("description") or "") if "publish" in wrong else "",
        errors=wrong,
        said=said,
    )


def read_alias(name: str, given: Mapping[str, Any]) -> WantedAlias:
    """Return where a form lets an alias lead. Raises ``InvalidParameterValue``."""
    second = str(given.get("second") or "").strip()
    percent = whole_number(given.get("weight") or 0, name="The weight") if second else 0
    if not 0 <= percent <= 100:
        raise InvalidParameterValue(f"The weight is {percent} %. Write 0 to 100.")
    return WantedAlias(
        name=name,
        version=str(given.get("version") or LATEST),
        second=second,
        weight=percent / 100,
    )


def _version(record: FunctionRecord, aliases: Any, *, now: float) -> VersionRow:
    leading = [alias.name for alias in aliases if record.version in alias.versions]
    return VersionRow(
        number=record.version,
        ago=formats.duration(max(0.0, now - record.last_modified)),
        description=record.description,
        code=record.code_sha256[:SHORT_HASH],
        aliases=", ".join(leading),
    )


def _alias(alias: Alias, errors: Mapping[str, str], typed: Mapping[str, Any]) -> AliasRow:
    if alias.name in errors:
        return _typed(typed, errors[alias.name], name=alias.name, version=alias.version)
    second, weight = next(iter(alias.weights.items()), ("", 0.0))
    percent = f"{round(weight * 100, 2):g}"
    return AliasRow(name=alias.name, version=alias.version, second=second, percent=percent)


def _new(errors: Mapping[str, str], typed: Mapping[str, Any], *, newest: str) -> AliasRow:
    if "new-alias" not in errors:
        return AliasRow(name="", version=newest)
    name = str(typed.get("alias") or "")
    return _typed(typed, errors["new-alias"], name=name, version=newest)


def _typed(typed: Mapping[str, Any], error: str, *, name: str, version: str) -> AliasRow:
    return AliasRow(
        name=name,
        version=str(typed.get("version") or version),
        second=str(typed.get("second") or ""),
        percent=str(typed.get("weight") or "0"),
        error=error,
    )
