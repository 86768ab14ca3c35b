"""What visitors see, in pieces: the whole page never stands in memory.

Plain HTML for old phones too: no script, no file from elsewhere, 320 pixels are enough.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from fabnum.setup.networks import Seen

_STYLE = (
    """<style>
*{box-sizing:border-box}
body{margin:0;background:#f2f4f7;color:#16191d;font:1.2rem/1.5 system-ui,sans-serif;
overflow-wrap:anywhere}
header,main{max-width:34rem;margin:auto;padding:.8rem 1rem}
header{display:flex;justify-content:space-between;gap:1rem}
header p,h1,h2,legend,ul,ol{margin:0;padding:0}
a{color:#074b8c}
h1{font-size:1.8rem;line-height:1.2;margin-bottom:1rem}
""",
    """legend,h2{font-size:1.3rem;line-height:1.3;font-weight:700;margin-bottom:.4rem}
legend{float:left;width:100%}
legend+*{clear:both}
fieldset,section,details,.box{border:0;margin:0 0 1rem;padding:1rem;border-radius:.7rem;
background:#fff;min-width:0}
.box{border:.2rem solid #b3261e}
.done{border-color:#00795a}
ul{list-style:none}
li label{display:flex;align-items:center;gap:.7rem;min-height:3.2rem;padding:.4rem 0;
border-top:1px solid #d5d9df}
""",
    """li:first-child label{border:0}
li label span{flex:1;min-width:0}
small,.hint{font-size:1.05rem;color:#4a5058}
small{display:block;line-height:1.3}
.hint{margin:.3rem 0 .6rem}
svg{width:1.7rem;fill:none;stroke:#074b8c;stroke-width:5;stroke-linecap:round}
.s1 path+path,.s2 path+path+path{stroke:#d5d9df}
input{accent-color:#074b8c}
input[type=radio],input[type=checkbox]{width:1.5rem;height:1.5rem;flex:none;margin:0}
""",
    """input[type=text]{width:100%;font:inherit;padding:.6rem;border:2px solid #6b727b;
border-radius:.4rem;background:#fff;color:inherit}
[aria-invalid]{border-color:#b3261e!important}
.row{display:flex;align-items:center;gap:.7rem;min-height:3rem}
fieldset:has(#hide:checked) #key{-webkit-text-security:disc}
fieldset details{margin:0;padding:0}
summary{cursor:pointer;min-height:2rem;color:#074b8c;text-decoration:underline}
""",
    """details label{display:block;margin-top:.6rem}
button{width:100%;padding:.9rem;font:inherit;font-size:1.3rem;font-weight:700;border:0;
border-radius:.7rem;background:#074b8c;color:#fff}
ol{padding-left:1.6rem}
ol li{margin-bottom:.8rem}
:focus-visible{outline:4px solid #d55e00;outline-offset:2px}
</style>
""",
)
"""In pieces: much memory may be free, and no large piece of it."""

_BARS = '<svg class="s%d" viewBox="0 0 28 24" aria-hidden="true"><path d="M4 20v-2"/>\
<path d="M14 20V12"/><path d="M24 20V4"/></svg>'

_PLAIN = ' autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false"'


class View:
    """What one page is about. All texts are as they are: the page escapes them.

    ``error``: a word of ``form.FormError``, or ``flash``; ``ssid``, ``name``, ``host``, ``port``:
    what is filled in; the password never is. ``problem``: why ``problem_ssid`` did not work
    the last time, or the broker in it.
    """

    def __init__(self, device: str, networks: "list[Seen]", settings: "dict[str, Any]") -> None:
        self.device = device
        self.networks = networks
        self.known = [network["ssid"] for network in settings["wifi"]]
        self.problem = ""
        self.problem_ssid = ""
        self.error = ""
        self.ssid = ""
        self.name = ""
        self.host = settings["broker"]["host"]
        self.port = str(settings["broker"]["port"])

    def fill_in(self, ssid: str) -> None:
        """Choose that network: in the list, or by its name where it is not in sight."""
        if ssid in [network.ssid for network in self.networks]:
            self.ssid = ssid
        else:
            self.name = ssid


def form(texts: "dict[str, Any]", view: View) -> "Iterator[str]":
    """Return the page on which the Wi-Fi is chosen."""
    title = texts["title"]
    if view.error:
        title = texts["error"] + " – " + title
    yield from _top(texts, title, view.device)
    yield "<h1>%s</h1>" % texts["title"]
    if view.error:
        yield _box(texts["error"], texts[view.error])
    elif view.problem in texts:
        sentence = texts[view.problem]
        if "%s" in sentence:
            sentence = sentence % escaped(view.problem_ssid)
        yield _box(texts["problem"], sentence)
    yield '<form method="post" action="/?lang=%s">' % texts["lang"]
    yield from _choice(texts, view)
    yield from _key(texts, view)
    yield from _advanced(texts, view)
    yield "<button>%s</button></form></main></body></html>" % texts["save"]


def done(texts: "dict[str, Any]", device: str, network: str) -> "Iterator[str]":
    """Return the page after it, about how to see that it worked. ``network``: the board's own."""
    yield from _top(texts, texts["done"], device)
    yield '<h1>%s</h1><section class="box done"><ol>' % texts["done"]
    for step in texts["steps"]:
        yield "<li>%s</li>" % (step % escaped(network) if "%s" in step else step)
    yield "</ol></section></main></body></html>"


def _top(texts: "dict[str, Any]", title: str, device: str) -> "Iterator[str]":
    yield '<!DOCTYPE html><html lang="%s"><head><meta charset="utf-8">' % texts["lang"]
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield '<link rel="icon" href="data:,"><title>%s</title>' % title
    yield from _STYLE
    yield "</head><body><header><p>%s <strong>%s</strong></p>" % (texts["object"], escaped(device))
    other = texts["other"]
    link = '<a href="/?lang=%s" lang="%s" hreflang="%s">%s</a></header><main>'
    yield link % (other, other, other, texts["other-name"])


def _box(title: str, sentence: str) -> str:
    return '<div class="box" role="alert"><h2>%s</h2>%s</div>' % (title, sentence)


def _choice(texts: "dict[str, Any]", view: View) -> "Iterator[str]":
    yield "<fieldset><legend>%s</legend>" % texts["networks"]
    if not view.networks:
        yield "<p>%s</p>" % texts["none"]
    else:
        yield "<ul>"
        for network in view.networks:
            yield from _network(texts, network, network.ssid in view.known, view.ssid)
        yield "</ul>"
    yield '<p class="hint">%s <a href="/search?lang=%s">%s</a></p>' % (
        texts["band"],
        texts["lang"],
        texts["again"],
    )
    name = view.name
    wrong = view.error if view.error.startswith("name") and name else ""
    yield "<details%s><summary>%s</summary>" % (
        " open" if name or not view.networks else "",
        texts["hidden"],
    )
    yield from _field("name", texts, name, ' maxlength="32"', texts["name-hint"], wrong)
    yield "</details></fieldset>"


def _network(texts: "dict[str, Any]", network: "Seen", known: bool, chosen: str) -> "Iterator[str]":
    ssid = escaped(network.ssid)
    yield '<li><label><input type="radio" name="ssid" value="%s"' % ssid
    if network.wants_login:
        yield " disabled"
    elif network.ssid == chosen:
        yield " checked"
    words = texts["signal"][network.strength]
    if network.wants_login:
        words += ", " + texts["login"]
    if network.is_open:
        words += ", " + texts["open"]
    if known:
        words += ", " + texts["known"]
    yield "><span>%s<small>%s</small></span>" % (ssid, words)
    yield _BARS % network.strength
    yield "</label></li>"


def _key(texts: "dict[str, Any]", view: View) -> "Iterator[str]":
    # Readable, so that nobody types it blindly; a box of CSS alone hides it.
    yield '<fieldset><legend><label for="key">%s</label></legend>' % texts["key"]
    wrong = view.error if view.error.startswith("key") else ""
    yield _hint("key", texts["key-hint"])
    yield _input("key", "", ' maxlength="64"', wrong)
    yield '<label class="row"><input type="checkbox" id="hide">%s</label>' % texts["hide"]
    yield "</fieldset>"


def _advanced(texts: "dict[str, Any]", view: View) -> "Iterator[str]":
    wrong = view.error if view.error[:4] in ("host", "port") else ""
    lost = view.problem in ("no-broker", "tls")
    yield "<details%s><summary>%s</summary>" % (" open" if wrong or lost else "", texts["advanced"])
    host = wrong if wrong.startswith("host") else ""
    yield from _field("host", texts, view.host, ' maxlength="253"', texts["broker-hint"], host)
    port = wrong if wrong.startswith("port") else ""
    numbers = ' maxlength="5" inputmode="numeric"'
    yield from _field("port", texts, view.port, numbers, "", port)
    yield "</details>"


def _field(
    name: str, texts: "dict[str, Any]", value: str, more: str, hint: str, wrong: str
) -> "Iterator[str]":
    yield '<label for="%s">%s</label>' % (name, texts[name])
    if hint:
        yield _hint(name, hint)
        more += ' aria-describedby="%s-hint"' % name
    yield _input(name, value, more, wrong)


def _hint(name: str, hint: str) -> str:
    return '<p class="hint" id="%s-hint">%s</p>' % (name, hint)


def _input(name: str, value: str, more: str, wrong: str) -> str:
    if name == "key":
        more += ' aria-describedby="key-hint"'
    if wrong:
        more += ' aria-invalid="true"'
    field = '<input type="text" id="%s" name="%s" value="%s"%s%s>'
    return field % (name, name, escaped(value), _PLAIN, more)


def escaped(text: str) -> str:
    """Return a text for HTML: a network may be called ``<script>``."""
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, name)
    return text
