"""Facts about parts: every build can be bought and wired, and nothing gets more than it bears."""

from itertools import product

import pytest

from kit.catalogue import builds, load_build
from kit.chips import PINS
from kit.parts import BOARD, Netlist, bill, boards, choices, cost, items, modules, netlist
from kit.parts.modules import SUPPLIES

OBJECTS = [
    (build, chip, choice)
    for build, chip in product(builds(), PINS)
    for choice in range(len(choices(load_build(build))))
]
"""Every build, on every chip, in every way to build it."""

every_object = pytest.mark.parametrize(("build", "chip", "choice"), OBJECTS)


def wired(build: str, chip: str, choice: int) -> Netlist:
    return netlist(load_build(build), chip, choice)


def islands(net: Netlist) -> list[set[tuple[str, int]]]:
    """Return what is joined: the pins of each net; the holes of a row are one."""
    joined: list[set[tuple[str, int]]] = []
    for wire in net.wires:
        ends = {(end.owner, 0 if net.row(end.owner) else end.pin) for end in (wire.start, wire.end)}
        touched = [island for island in joined if island & ends]
        joined = [island for island in joined if not island & ends]
        joined.append(ends.union(*touched))
    return joined


def test_every_driver_of_every_build_has_a_module() -> None:
    drivers = {part.driver for build in builds() for part in load_build(build).parts}
    assert drivers <= modules().keys()


def test_whatever_a_module_needs_can_be_bought() -> None:
    for module in modules().values():
        named = {piece.part for piece in module.pieces if piece.part} | module.also.keys()
        held = {part for piece in module.pieces for part in piece.holds}
        assert named | held <= items().keys()
    assert {board.part for board in boards().values()} <= items().keys()


def test_prices_packs_and_texts_make_sense() -> None:
    for item in items().values():
        assert 0 < item.price < 100
        assert item.pack >= 1
        assert item.minimum >= 0
        assert all(item.name[language] for language in ("fr", "en"))
        assert all(item.note[language] for language in ("fr", "en"))


@pytest.mark.parametrize("chip", PINS)
def test_a_board_has_the_pins_of_its_chip_each_once(chip: str) -> None:
    numbers = [pin.gpio for pin in boards()[chip].pins if pin.gpio is not None]
    assert len(numbers) == len(set(numbers))
    known = PINS[chip].usable.union(*PINS[chip].taken.values())
    assert set(numbers) <= known


@pytest.mark.parametrize("chip", PINS)
def test_a_board_has_every_pin_that_parts_may_have(chip: str) -> None:
    numbers = {pin.gpio for pin in boards()[chip].pins}
    # The chip has GPIO 37 and 38 too, but neither its module nor this board brings them out.
    assert PINS[chip].usable - numbers <= ({37, 38} if chip == "esp32" else set())


@every_object
def test_each_wire_of_a_build_goes_to_the_pin_that_the_build_names(
    build: str, chip: str, choice: int
) -> None:
    net = wired(build, chip, choice)
    for part in choices(load_build(build))[choice]:
        for name, number in part.wired(chip).items():
            at_board = (BOARD, net.board.pin(number))
            island = next(island for island in islands(net) if at_board in island)
            ends = [
                (p.id, i)
                for p in net.pieces
                if p.part.id == part.id
                for i, pin in enumerate(p.piece.pins)
                if pin.to == name
            ]
            assert ends
            assert set(ends) <= island


@every_object
def test_supplies_are_never_joined_with_one_another_or_with_a_pin_of_the_chip(
    build: str, chip: str, choice: int
) -> None:
    net = wired(build, chip, choice)
    for island in islands(net):
        pins = [net.board.pins[index] for owner, index in island if owner == BOARD]
        assert len({pin.supply for pin in pins}) <= 1
        assert len([pin for pin in pins if pin.gpio is not None]) <= 1


@every_object
def test_each_pin_that_goes_somewhere_has_one_wire_and_the_others_none(
    build: str, chip: str, choice: int
) -> None:
    net = wired(build, chip, choice)
    ends = [end for wire in net.wires for end in (wire.start, wire.end)]
    for placed in net.pieces:
        for index, pin in enumerate(placed.piece.pins):
            assert ends.count((placed.id, index)) == bool(pin.to)
    board = [end.pin for end in ends if end.owner == BOARD]
    assert len(board) == len(set(board))


@every_object
def test_every_piece_shares_its_ground_with_the_board(build: str, chip: str, choice: int) -> None:
    net = wired(build, chip, choice)
    grounds = {(BOARD, pin) for pin in net.board.supplies("GND")}
    # What goes in at a block's ground comes out at the other: its row runs through.
    joined = islands(net)
    for placed in net.pieces:
        own = [(placed.id, i) for i, pin in enumerate(placed.piece.pins) if pin.to == "GND"]
        inner = [(placed.id, i) for i, pin in enumerate(placed.piece.pins) if pin.to == "=GND"]
        assert own or inner
        for pin in own:
            assert grounds & next(island for island in joined if pin in island)


def test_only_what_needs_5_volts_gets_them() -> None:
    fed = {
        piece.part or piece.look
        for module in modules().values()
        for piece in module.pieces
        if any(pin.to == "5V" for pin in piece.pins)
    }
    assert fed == {"hc-sr501", "shifter"}


def test_the_data_of_the_leds_passes_the_level_shifter_and_a_resistor() -> None:
    net = wired("lamp", "esp32", 0)
    strip = next(placed for placed in net.pieces if placed.piece.part == "ws2812-12")
    assert not any(
        BOARD in (wire.start.owner, wire.end.owner)
        for wire in net.wires
        if strip.id in (wire.start.owner, wire.end.owner)
    )
    needed = {line.part.id: line.count for line in bill(load_build("lamp"))}
    assert needed["level-shifter"] == needed["resistor-330"] == needed["capacitor-1000uf"] == 1


def test_the_probe_is_read_behind_as_many_equal_resistors_as_its_driver_reckons_with() -> None:
    for build in builds():
        for part in load_build(build).parts:
            if part.driver == "soil":
                needed = {line.part.id: line.count for line in bill(load_build(build))}
                assert needed["resistor-100k"] == part.settings.get("divider", 2) == 2


@pytest.mark.parametrize("chip", PINS)
def test_the_current_of_the_measured_device_does_not_pass_the_board(chip: str) -> None:
    net = wired("power", chip, 0)
    grounds = [
        wire
        for wire in net.wires
        if wire.carries == "GND" and BOARD in (wire.start.owner, wire.end.owner)
    ]
    assert len(grounds) == 1


def test_arcade_buttons_stand_between_a_pin_and_ground() -> None:
    net = wired("vote", "esp32", 0)
    assert [placed.piece.part for placed in net.pieces] == ["arcade-button"] * 5
    assert {pin.to for placed in net.pieces for pin in placed.piece.pins} == {"input", "GND"}


def test_a_choice_of_sensors_gives_one_netlist_for_each() -> None:
    parts = [
        [placed.piece.part for placed in wired("climate", "esp32", choice).pieces]
        for choice in range(2)
    ]
    assert parts == [["sht31"], ["dht22"]]


@every_object
def test_a_bill_has_board_cable_supply_and_a_jumper_for_each_wire(
    build: str, chip: str, choice: int
) -> None:
    lines = bill(load_build(build), chip, choice)
    needed = {line.part.id: line.count for line in lines}
    assert needed[chip] == needed["usb-data-cable"] == needed["power-supply-5v"] == 1
    jumpers = sum(count for part, count in needed.items() if part.startswith("jumper-"))
    net = wired(build, chip, choice)
    inside = sum(
        count
        for placed in net.pieces
        for part, count in placed.piece.holds.items()
        if part.startswith("jumper-")
    )
    assert jumpers == len(net.wires) + inside
    assert cost(lines) == pytest.approx(sum(line.count * line.part.price for line in lines))


def test_numbers_of_wires_begin_at_1_without_a_gap() -> None:
    for build, chip, choice in OBJECTS:
        numbers = [wire.number for wire in wired(build, chip, choice).wires]
        assert numbers == list(range(1, len(numbers) + 1))


def test_supplies_carry_their_name() -> None:
    assert {"GND", "3V3", "5V"} == set(SUPPLIES)
