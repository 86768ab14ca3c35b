"""What can go wrong while MicroPython is written to the chip, and with the images to write."""

from collections.abc import Iterator

from kit.i18n import _
from provisioning.cards import Card


def cards() -> Iterator[Card]:
    """Yield the cards of this step, in the language in use."""
    yield from _images()
    yield from _sources()
    yield from _writing()


def _images() -> Iterator[Card]:
    yield Card(
        "image-missing",
        _("No MicroPython for this chip"),
        _("The folder of images has no MicroPython for this chip."),
        _("Fill it with “fabnum images add”, from the internet or from a USB stick."),
    )
    yield Card(
        "image-too-large",
        _("MicroPython is too large for this board"),
        _("The images of MicroPython for this chip need more memory than this board has."),
        _("Add one for less memory with “fabnum images add”: FLASH_4M or D2WD is in its name."),
    )
    yield Card(
        "image-damaged",
        _("The image is damaged"),
        _("The file of MicroPython is no longer what it was when it was added."),
        _("Add it again with “fabnum images add”; the board has not been touched."),
    )
    yield Card(
        "image-incomplete",
        _("The image is incomplete"),
        _("A part of this image of MicroPython is missing or damaged: its copy was cut short."),
        _("Download it or copy it once more, then add it again."),
    )
    yield Card(
        "image-unknown",
        _("Not an image for our boards"),
        _("This file is no image of MicroPython for an ESP32, ESP32-S3 or ESP32-C3."),
        _("Take the .bin file of your chip from micropython.org/download."),
    )
    yield Card(
        "image-differs",
        _("The image is another one"),
        _("What the file holds is not what its name or your options say."),
        _("Download it again from micropython.org/download and keep its name."),
    )
    yield Card(
        "image-manifest",
        _("The list of images cannot be read"),
        _("The file manifest.toml in the folder of images has a mistake in it."),
        _("Run “fabnum images add” with any image: the list is made anew, nothing is lost."),
    )


def _sources() -> Iterator[Card]:
    yield Card(
        "image-folder",
        _("The folder of images cannot be written"),
        _("The images cannot be kept: their folder is full, or closed to you."),
        _("Make room on the disk, or name another folder in FABNUM_IMAGES."),
    )
    yield Card(
        "image-offline",
        _("No internet for the images"),
        _("The server of the images cannot be reached from here."),
        _("Bring the images on a USB stick, then run “fabnum images add” with its folder."),
    )
    yield Card(
        "image-refused",
        _("The server has no such image"),
        _("The server was reached, and it does not give this file."),
        _("Check the address, or run “fabnum images add” without one: it takes the newest."),
    )


def _writing() -> Iterator[Card]:
    yield Card(
        "image-chip",
        _("MicroPython for another chip"),
        _("This MicroPython is made for another chip than the one on this board."),
        _("Repeat without naming a chip, and the bench finds the right image; nothing was erased."),
    )
    yield Card(
        "flash-interrupted",
        _("Writing was interrupted"),
        _("The board went away while MicroPython was being written to it."),
        _("Plug it in again and repeat: a board cannot be broken this way."),
    )
    yield Card(
        "flash-line",
        _("The line to the board is bad"),
        _("What arrives on the board is garbled, at the lower speed too."),
        _("Take a shorter USB cable, straight into the computer without a hub, and repeat."),
    )
    yield Card(
        "flash-verify",
        _("The chip has not kept what was written"),
        _("What was read back from the board’s memory is not what was sent."),
        _("Repeat once; if it comes again, set this board aside: its memory is worn out."),
    )
    yield Card(
        "flash-refused",
        _("The chip refuses to be written"),
        _("The board answers, and it does not let MicroPython be written."),
        _("Repeat with another board; show this one to your fabmanager, with the line below."),
    )
