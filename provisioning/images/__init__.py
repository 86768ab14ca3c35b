"""The MicroPython images of a site: which there are, which one a chip gets, how they come there.

``model`` says what an image is; ``contents`` reads one byte by byte and says what it really holds;
``names`` reads the names micropython.org gives its files; ``adding`` makes both agree; ``manifest``
is the list in the folder and ``folder`` the folder; ``download`` fetches from the internet.
"""

from provisioning.images.adding import Claim
from provisioning.images.folder import ImageFolder, default_folder
from provisioning.images.model import CHIPS, Chip, Image

__all__ = ["CHIPS", "Chip", "Claim", "Image", "ImageFolder", "default_folder"]
