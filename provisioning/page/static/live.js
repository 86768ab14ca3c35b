// Keeps an open page up to date, and answers without leaving it. Without it all works by reloading.
(function () {
  "use strict";
  var main = document.getElementById("content");
  var lost = document.getElementById("lost");
  if (!main || !lost || !window.fetch || !window.AbortController || !window.DOMParser) return;

  var HIDDEN_REST_MS = 5000;
  var LOST_REST_MS = 2000;
  var waiting = null; // the request that the server answers when something has changed
  var timer = null;

  // Only a text that differs is written: a screen reader reads each change aloud.
  function tell(text) {
    if (lost.textContent !== text) lost.textContent = text;
    lost.classList.toggle("shown", text !== "");
  }

  // The page is renewed in place: what stays the same element keeps its focus, what has been typed
  // into it, and whether it is unfolded.
  function copyAttributes(old, fresh) {
    var i, name;
    for (i = old.attributes.length - 1; i >= 0; i--) {
      name = old.attributes[i].name;
      if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    }
    for (i = 0; i < fresh.attributes.length; i++) {
      name = fresh.attributes[i].name;
      if (old.getAttribute(name) !== fresh.attributes[i].value) {
        old.setAttribute(name, fresh.attributes[i].value);
      }
    }
  }

  function alike(a, b) {
    return a.nodeName === b.nodeName && (a.id || "") === (b.id || "");
  }

  function renew(old, fresh) {
    if (old.nodeType !== 1) {
      if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
      return;
    }
    copyAttributes(old, fresh);
    var kept = {};
    var byId = {};
    Array.from(fresh.children).forEach(function (child) { if (child.id) kept[child.id] = true; });
    Array.from(old.children).forEach(function (child) {
      if (!child.id) return;
      if (kept[child.id]) byId[child.id] = child;
      else child.remove();
    });
    var here = old.firstChild;
    Array.from(fresh.childNodes).forEach(function (wanted) {
      var match = wanted.id ? byId[wanted.id] : here && alike(here, wanted) ? here : null;
      if (!match || match.nodeName !== wanted.nodeName) {
        old.insertBefore(document.importNode(wanted, true), here);
        return;
      }
      // What stands between has no place any more; it makes room rather than have `match` move,
      // for an element that moves loses its focus.
      while (here && here !== match && !here.id) {
        var gone = here;
        here = here.nextSibling;
        gone.remove();
      }
      if (here === match) here = here.nextSibling;
      else old.insertBefore(match, here);
      renew(match, wanted);
    });
    while (here) {
      var rest = here;
      here = here.nextSibling;
      rest.remove();
    }
  }

  function show(response) {
    if (response.status === 204) return null;
    if (response.redirected) history.replaceState(null, "", response.url);
    return response.text().then(function (text) {
      var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("content");
      if (!fresh) throw new Error("no page");
      var focused = document.activeElement;
      var inside = main.contains(focused);
      renew(main, fresh);
      document.title = main.dataset.title;
      if (inside && !main.contains(focused)) {
        (document.getElementById("now") || main).focus({ preventScroll: true });
      }
    });
  }

  function listen() {
    stop();
    if (!main.hasAttribute("data-live")) return;
    var hidden = document.hidden; // a browser opens few connections: a page in the back holds none
    var away = lost.classList.contains("shown"); // then any answer is news
    waiting = new AbortController();
    var mine = waiting;
    fetch(location.href.split("#")[0], {
      headers: { "Fabnum-Since": main.dataset.revision, "Fabnum-Wait": hidden || away ? "0" : "20" },
      cache: "no-store",
      signal: mine.signal
    }).then(show).then(function () {
      tell("");
      if (mine === waiting) timer = setTimeout(listen, hidden ? HIDDEN_REST_MS : 0);
    }).catch(function () {
      if (mine !== waiting) return; // given up for an answer that is being sent
      tell(lost.dataset.text);
      timer = setTimeout(listen, LOST_REST_MS);
    });
  }

  function stop() {
    clearTimeout(timer);
    var old = waiting;
    waiting = null;
    if (old) old.abort();
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-stay")) return;
    event.preventDefault();
    var body = new URLSearchParams(new FormData(form));
    var button = event.submitter;
    if (button && button.name) body.append(button.name, button.value);
    stop();
    fetch(form.action, { method: "POST", body: body, headers: { "Fabnum-Since": "-1" } })
      .then(show)
      .catch(function () { tell(lost.dataset.text); })
      .then(listen);
  });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) listen(); });
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", listen);
})();
