"""What the gateway measures of its objects, of itself and of each town: docs/signals.md."""

from gateway.signals.now import Signals, Sources
from gateway.signals.sampler import Sampler

__all__ = ["Sampler", "Signals", "Sources"]
