"""Setup mode: the board's own Wi-Fi network, with a page to choose its Wi-Fi and its broker.

Nothing of it is in memory while it is closed: ``fabnum.setup_mode`` loads ``session`` when it is
due and drops the whole package at its end. ``docs/setup-mode.md`` tells it for people.

    session     the network, how long it is open, and for whom
    server      HTTP: who may ask for what
    request     reads one request, within bounds
    page        what visitors see; its words are in fr and en
    networks    the networks in the air, as a visitor can choose among them
    form        checks what a visitor wrote, and says what changes in config.json
    dns         answers every name with the board's own address
"""

wanted = False
"""Somebody held the button at power-on (``fabnum.window`` says so): open it first of all."""
