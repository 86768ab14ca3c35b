"""What keeps the bench from reaching a board."""

from collections.abc import Iterator

from kit.i18n import _
from provisioning.cards import Card


def cards() -> Iterator[Card]:
    """Yield the cards of this step, in the language in use."""
    yield from _no_way_to_the_board()
    yield from _a_port_that_cannot_be_used()
    yield from _a_board_that_does_not_answer()
    yield from _a_board_that_is_not_as_needed()


def _no_way_to_the_board() -> Iterator[Card]:
    yield Card(
        "no-port",
        _("No board to be seen"),
        _("This computer sees no board on its USB ports."),
        _("Plug the board in, straight into the computer rather than through a hub."),
        {
            "darwin": _(
                "Plug the board in, straight into the Mac, and click “Allow” if the Mac asks."
            )
        },
    )
    yield Card(
        "charge-only",
        _("A cable without data"),
        _("The board has power, and not a word of it arrives: its USB cable only charges."),
        _("Take another USB cable, one that also carries data, such as a telephone’s own."),
    )
    yield Card(
        "driver",
        _("A driver is missing"),
        _("This computer sees the board, and has no driver for its USB chip."),
        _("Install the driver from the USB chip’s maker, then plug the board in again."),
        {
            "linux": _(
                "Type “sudo modprobe -a ch341 cp210x ftdi_sio cdc_acm”, "
                "then plug the board in again."
            ),
            "win32": _(
                "Open Windows Update, install the driver it offers among the optional updates, "
                "then plug the board in again."
            ),
        },
    )
    yield Card(
        "claimed",
        _("Another program has taken the USB chip"),
        _("A program takes the board for something else and keeps its port away."),
        _("Close the programs that look for devices, then plug the board in again."),
        {
            "linux": _(
                "Unless somebody here reads Braille, type “sudo apt remove brltty”, "
                "then plug the board in again."
            )
        },
    )


def _a_port_that_cannot_be_used() -> Iterator[Card]:
    yield Card(
        "permission",
        _("You may not use the port"),
        _("Your account on this computer may not use the board’s port."),
        _("Ask whoever looks after this computer to let your account use serial ports."),
        {
            "linux": _(
                "Type “sudo usermod -aG dialout $USER” in a terminal, then restart the computer."
            ),
            "darwin": _("Unplug the board, plug it in again, and click “Allow” if the Mac asks."),
        },
    )
    yield Card(
        "port-busy",
        _("The port is taken"),
        _("Another program is using the board’s port."),
        _("Close Thonny, Arduino or whatever else is open on this board, then try again."),
        {
            "linux": _(
                "Close Thonny, Arduino or whatever else is open on this board, "
                "wait a quarter of a minute, then try again."
            )
        },
    )


def _a_board_that_does_not_answer() -> Iterator[Card]:
    yield Card(
        "no-answer",
        _("The board says nothing"),
        _("There is a board on the port, and it does not answer."),
        _("Press the button EN (or RST) of the board, then try again."),
    )
    yield Card(
        "asleep",
        _("The board is asleep"),
        _("The board sleeps between two readings and hears nothing meanwhile."),
        _("Press the button EN (or RST) of the board, and try again within two seconds."),
    )
    yield Card(
        "boot-button",
        _("The board needs a hand to be flashed"),
        _("The board starts its program instead of listening to the computer."),
        _("Hold BOOT, press EN (or RST) once, let go of BOOT, then try again."),
    )
    yield Card(
        "boot-held",
        _("The board waits to be flashed"),
        _("The button BOOT is pressed, or a wire holds its pin low, and so no program starts."),
        _("Let go of BOOT, take off whatever is wired to its pin, then press EN (or RST)."),
    )
    yield Card(
        "boot-loop",
        _("The board starts over and over"),
        _("The board crashes while it starts, and starts again."),
        _("Put MicroPython onto it again with “fabnum flash”."),
    )
    yield Card(
        "brownout",
        _("Not enough power"),
        _("The board’s voltage drops while it starts, so it restarts."),
        _("Plug it straight into the computer with a short cable and nothing else attached."),
    )
    yield Card(
        "raw-repl-refused",
        _("MicroPython does not let us in"),
        _("The program on the board keeps MicroPython’s prompt closed."),
        _("Run “fabnum rescue”: it stops the program and keeps the readings."),
    )


def _a_board_that_is_not_as_needed() -> Iterator[Card]:
    yield Card(
        "wrong-chip",
        _("Not a chip for this kit"),
        _("The chip on this board is none that this kit has a program for."),
        _("Take a board with an ESP32, an ESP32-S3 or an ESP32-C3."),
    )
    yield Card(
        "no-micropython",
        _("No MicroPython yet"),
        _("There is no MicroPython on this board."),
        _("Put it there with “fabnum flash”."),
    )
    yield Card(
        "micropython-old",
        _("MicroPython is too old"),
        _("The MicroPython on this board is older than this kit needs."),
        _("Put a newer one there with “fabnum flash”."),
    )
