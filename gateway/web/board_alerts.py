"""What the pages ask of an alert that fires: gateway/alerts tells it, gateway/web shows it."""

from typing import Protocol


class Alert(Protocol):
    """One alert that fires; its texts are in the language in use."""

    @property
    def name(self) -> str:
        """What is wrong, in a few words."""

    @property
    def text(self) -> str:
        """What happened, in a sentence."""

    @property
    def action(self) -> str:
        """What to do about it."""

    @property
    def urgent(self) -> bool:
        """Whether it cannot wait."""

    @property
    def device(self) -> str:
        """The object that it is about; empty if it is about none."""

    @property
    def town_name(self) -> str:
        """The town that it is about."""

    @property
    def where(self) -> str:
        """What people call that which it is about."""

    @property
    def path(self) -> str:
        """The page of that; ``/`` if it has none of its own."""

    @property
    def since(self) -> float:
        """When it began, Unix seconds."""
