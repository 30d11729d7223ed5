"""How jobs move in a world that deviates."""

from mockserver.domain.lifecycle import Lifecycle


class Lifecycles:
    """Changes the contract's *lifecycle* as deviations say.

    The same changes give the same object: a database has statements made of it.
    """

    def __init__(self, lifecycle: Lifecycle) -> None:
        self._known: dict[tuple[str, ...], Lifecycle] = {(): lifecycle}

    def __call__(self, names: tuple[str, ...]) -> Lifecycle:
        """Return how jobs move in a world with the deviations of these *names*."""
        if not names:
            return self._known[()]
        # Not needed where no world deviates.
        from mockserver.deviations.catalogue import expanded

        changes = [(d.name, d.lifecycle) for d in expanded(names) if d.lifecycle is not None]
        key = tuple(name for name, _ in changes)
        if key not in self._known:
            lifecycle = self._known[()]
            for _, change in changes:
                lifecycle = change(lifecycle)
            self._known[key] = lifecycle
        return self._known[key]
