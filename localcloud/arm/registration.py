"""Which resource providers the subscription has registered: all of them, until one is taken back.

A resource of a provider that is not registered can't be written.
"""

from __future__ import annotations

from localcloud.errors import CloudError
from localcloud.store import Store

KIND = "arm.unregistered"
REGISTERED = "Registered"
NOT_REGISTERED = "NotRegistered"


class Registrations:
    """The registration state of each namespace."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def state(self, namespace: str) -> str:
        """``Registered`` or ``NotRegistered``."""
        is_out = self._store.get(KIND, namespace.lower()) is not None
        return NOT_REGISTERED if is_out else REGISTERED

    def register(self, namespace: str) -> None:
        """Register a namespace; at once, where the cloud takes a minute."""
        self._store.delete(KIND, namespace.lower())

    def unregister(self, namespace: str) -> None:
        """Take a registration back."""
        self._store.put(KIND, namespace.lower(), {"namespace": namespace})

    def check(self, namespace: str) -> None:
        """Refuse a write to a namespace that is not registered.

        Raises:
            CloudError: 409.
        """
        if self.state(namespace) != REGISTERED:
            raise CloudError(
                409,
                "MissingSubscriptionRegistration",
                f"The subscription is not registered to use namespace '{namespace}'. See "
                "https://aka.ms/rps-not-found for how to register subscriptions.",
            )
