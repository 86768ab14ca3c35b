"""The bench's page in the browser, on this computer alone: the boards, and their questions.

``line`` says what the page needs of the line; ``watcher`` and ``person`` are how the line reaches
the page; ``board`` and ``words`` turn a job into what is read; ``views`` show it, ``actions``
change it; ``server`` serves it until it is cancelled.
"""

from provisioning.page.app import create_app
from provisioning.page.line import Line, Plugged, Town
from provisioning.page.person import PagePerson
from provisioning.page.server import serve
from provisioning.page.watcher import PageWatcher

__all__ = ["Line", "PagePerson", "PageWatcher", "Plugged", "Town", "create_app", "serve"]
