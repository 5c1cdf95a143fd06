"""Who on this host needs which code: functions, environments, uploads on their way (rule 16)."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager


class CodeUse:
    """Code by digest, and who holds it. Loop thread only.

    Code is shared by whoever uploads the same, so holders are of every workspace. A holder says
    what it needs from now on, never how that changed: saying it again does no harm.
    """

    def __init__(self, *, on_unused: Callable[[str], None]) -> None:
        self._on_unused = on_unused
        self._needs: dict[Hashable, frozenset[str]] = {}
        self._holders: dict[str, set[Hashable]] = defaultdict(set)

    def hold(self, holder: Hashable, *digests: str) -> None:
        """Let ``holder`` need exactly these from now on; tell of what nobody needs any more."""
        before, now = self._needs.pop(holder, frozenset()), frozenset(digests)
        if now:
            self._needs[holder] = now
        for digest in now - before:
            self._holders[digest].add(holder)
        for digest in before - now:
            self._let_go(holder, digest)

    def is_held(self, digest: str) -> bool:
        """Tell whether anybody needs it."""
        return digest in self._holders

    @contextmanager
    def needed(self, digest: str) -> Iterator[None]:
        """Hold code until a function has come to name it, or has not."""
        holder = object()
        self.hold(holder, digest)
        try:
            yield
        finally:
            self.hold(holder)

    def _let_go(self, holder: Hashable, digest: str) -> None:
        self._holders[digest].discard(holder)
        if not self._holders[digest]:
            del self._holders[digest]
            self._on_unused(digest)
