// Keeps an open page up to date. Without it the page is complete and the link "Refresh" renews it.
(function () {
  "use strict";
  var bar = document.querySelector("[data-events]");
  if (!bar || !window.EventSource) return;

  var words = bar.dataset;
  var status = bar.querySelector("[role=status]");
  var button = bar.querySelector("button");
  var since = words.revision;
  var updated = status.textContent;
  var source = null;
  var retry = null;
  var paused = false;

  // Only a text that differs is written: a screen reader reads each change aloud.
  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  function put(slot, html) {
    if (!slot || slot.innerHTML === html) return;
    slot.innerHTML = html;
    var table = slot.closest("details");
    if (table) table.hidden = !html;
  }

  function apply(message) {
    var update = JSON.parse(message.data);
    var card = document.getElementById(update.id);
    since = message.lastEventId || since;
    updated = update.updated;
    say(updated);
    if (!card) return;
    if (update.state) card.setAttribute("data-state", update.state);
    Object.keys(update.slots).forEach(function (name) {
      put(card.querySelector("[data-slot=" + name + "]"), update.slots[name]);
    });
  }

  function close() {
    if (source) source.close();
    source = null;
    clearTimeout(retry);
  }

  function open() {
    close();
    source = new EventSource(words.events + "&since=" + since);
    source.onmessage = apply;
    source.onopen = function () { say(updated); };
    source.onerror = function () {
      say(words.lost);
      // The browser tries again by itself, unless the server turned it away.
      if (source && source.readyState === 2) {
        retry = setTimeout(open, 20000 + Math.random() * 20000);
      }
    };
  }

  button.hidden = false;
  button.addEventListener("click", function () {
    paused = !paused;
    button.textContent = paused ? words.resume : words.pause;
    if (paused) {
      close();
      say(words.paused);
    } else {
      say(updated);
      open();
    }
  });
  // A page that the browser kept in its memory has lost its stream.
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && !paused) open();
  });
  open();
})();
