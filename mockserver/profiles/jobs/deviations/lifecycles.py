"""How jobs move in a world that deviates: the contract's lifecycle, changed by its deviations."""

from mockserver.domain.lifecycle import Lifecycle


class Lifecycles:
    """Changes the *lifecycle* of a contract by the deviations that are named."""

    def __init__(self, lifecycle: Lifecycle) -> None:
        self._made: dict[tuple[str, ...], Lifecycle] = {(): lifecycle}

    def lifecycle_of(self, names: tuple[str, ...]) -> Lifecycle:
        """Return how jobs move in a world with the deviations of these *names*.

        It is the same object for the same changes: a database has statements made of it.

        Raises:
            KeyError: a name is not that of a deviation.
        """
        if not names:
            return self._made[()]
        # Not needed where nothing deviates.
        from mockserver.profiles.jobs.deviations.catalogue import expand

        changes = {d.name: d.lifecycle for d in expand(names) if d.lifecycle is not None}
        key = tuple(changes)
        if key not in self._made:
            lifecycle = self._made[()]
            for change in changes.values():
                lifecycle = change(lifecycle)
            self._made[key] = lifecycle
        return self._made[key]
