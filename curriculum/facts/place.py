"""The place where a directive stands: in which module, and what is known around it."""

from typing import NamedTuple

from curriculum.known import Known
from curriculum.model import FrontMatter, Module
from kit.catalogue import Build


class Place(NamedTuple):
    """The module that a directive stands in, and what the rest of the kit tells."""

    module: Module
    known: Known

    @property
    def front(self) -> FrontMatter:
        """The front matter of the module."""
        return self.module.front

    @property
    def build(self) -> Build:
        """The build of the module."""
        return self.module.build
