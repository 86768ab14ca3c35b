// Small helps on the pages of a workshop's day; each page does without them.
(function () {
  "use strict";

  // A wish is sent without leaving the page.
  document.querySelectorAll("form.wishes").forEach(function (form) {
    if (!window.fetch || !window.URLSearchParams) return;
    var said = form.querySelector(".wished");
    // Once the room has chosen, "in a few seconds" is over, and has been read.
    var room = form.parentNode.querySelector("[data-slot='room']");
    var over = null;
    if (room && window.MutationObserver) {
      new MutationObserver(function () {
        clearTimeout(over);
        over = setTimeout(function () { said.textContent = ""; }, 3000);
      }).observe(room, { childList: true });
    }
    form.addEventListener("submit", function (event) {
      var button = event.submitter;
      if (!button) return;
      event.preventDefault();
      clearTimeout(over);
      var sent = new URLSearchParams();
      sent.set("device", form.elements.device.value);
      sent.set("wish", button.value);
      form.querySelectorAll("[aria-pressed]").forEach(function (other) {
        other.removeAttribute("aria-pressed");
      });
      button.setAttribute("aria-pressed", "true");
      fetch(form.action, { method: "POST", body: sent, redirect: "manual" }).then(function (answer) {
        var fine = answer.type === "opaqueredirect" || answer.ok;
        said.textContent = fine ? form.dataset.counted : form.dataset.slow;
        said.classList.remove("unseen");
      }, function () { form.submit(); });
    });
  });

  // The clock counts down between two steps of the plan, and up when the plan is over.
  var from = null;
  var began = 0;
  function tick() {
    var clock = document.querySelector("[data-left]");
    if (!clock) return;
    if (clock !== from) {
      from = clock;
      began = Date.now();
    }
    var left = Math.round(+clock.dataset.left - (Date.now() - began) / 1000);
    if (!clock.hasAttribute("data-over")) left = Math.max(left, 0);
    var seconds = Math.abs(left);
    clock.textContent = (left < 0 ? "+" : "") + Math.floor(seconds / 60) + ":" +
      ("0" + seconds % 60).slice(-2);
  }
  if (document.querySelector("[data-left]")) setInterval(tick, 1000);
})();
