"""The ports of a server, which are known once it listens."""


class Ports:
    """Where the operations of the contract are (*api*), and the control API (*admin*).

    *admin* is None where both share a port.
    """

    def __init__(self) -> None:
        self.api = 0
        self.admin: int | None = None
