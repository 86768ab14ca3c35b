"""The words of the page, in English: the same keys as in ``fr``."""

TEXTS = {
    "lang": "en",
    "other": "fr",
    "other-name": "Français",
    "title": "Set up the Wi-Fi",
    "object": "Object",
    "networks": "1. Choose your Wi-Fi",
    "none": "The object sees no Wi-Fi. Bring it closer to the router.",
    "signal": ("", "weak signal", "fair signal", "very good signal"),
    "open": "no password",
    "known": "already known",
    "login": "asks for a user name: choose another one",
    "band": "5 GHz Wi-Fi is not in the list.",
    "again": "Search again",
    "hidden": "My Wi-Fi is not in the list",
    "name": "Name of the Wi-Fi",
    "name-hint": "Mind the capital letters and spaces.",
    "key": "2. Write the password",
    "key-hint": "It is often printed on the router. "
    "Wi-Fi without password, or already known: leave it empty.",
    "hide": "Hide what I write",
    "advanced": "Advanced settings",
    "broker-hint": "The object sends its readings to this server. "
    "Usually there is nothing to change here.",
    "host": "Address of the server",
    "port": "Port",
    "save": "Save",
    "problem": "Last time",
    "error": "To be corrected",
    "done": "It is saved",
    "steps": (
        "The network “%s” closes now. Your phone goes back to its Wi-Fi.",
        (
            "Wait for a minute. Look at the light of the object. "
            "<strong>One short flash every 4 seconds: it worked.</strong>"
        ),
        "Is the network “%s” back? Connect to it again: the page says what is wrong.",
    ),
    "name-missing": "Choose a Wi-Fi in the list, or write its name.",
    "name-both": "You chose a Wi-Fi and wrote a name. Keep only one of the two.",
    "name-wrong": "This name is too long for a Wi-Fi. Check it.",
    "name-login": "This Wi-Fi asks for a user name. Choose another one.",
    "key-missing": "This Wi-Fi has a password. Write it.",
    "key-wrong": "The password of a Wi-Fi has 8 to 63 characters. Check it.",
    "host-wrong": "This is no address of a server. Example: 192.168.1.10",
    "port-wrong": "The port is a number from 1 to 65535. Example: 8883",
    "flash": "The object could not save. Try once more.",
    "wrong-password": "The password of the Wi-Fi “%s” is wrong. Write it again.",
    "no-network": "The Wi-Fi “%s” cannot be found here. Choose a Wi-Fi in the list.",
    "refused": "The Wi-Fi “%s” refuses the object. Bring the object closer to the router.",
    "no-address": "The Wi-Fi “%s” gives no address. Restart the router.",
    "no-broker": "The Wi-Fi works. But the server does not answer. "
    "Check its address in the advanced settings.",
    "tls": "The Wi-Fi works. But this server is not the expected one. "
    "Check its address in the advanced settings.",
    "credentials": "The Wi-Fi works. But the server refuses this object. Ask the fablab.",
}
