"""A region's sources where there are none: a platform of functions alone."""

from collections.abc import Callable, Mapping, Sequence

from webapp.runtime.ports import SourcesPlace


class NoSources:
    """A region with functions and nothing else."""

    def __init__(self, _place: SourcesPlace) -> None:
        pass

    def kind_of(self, arn: str) -> str:
        return ""

    async def deliver(
        self,
        arn: str,
        body: str,
        *,
        attributes: Mapping[str, tuple[str, str]],
        run: str,
        source: str,
        cause: int | None = None,
        trace: str = "",
        detail_type: str = "",
        resources: Sequence[str] = (),
    ) -> str:
        return f"there is no {arn}"

    def log(
        self,
        *,
        group: str,
        stream: str,
        now: Callable[[], float],
        text: str,
        run: str,
        cause: int,
    ) -> None:
        pass

    async def close(self) -> None:
        pass
