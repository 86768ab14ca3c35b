// What the pages can do besides: search, print, and ticks that stay on this device.
"use strict";

for (const element of document.querySelectorAll("[data-script]")) element.hidden = false;

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

// On a telephone the text comes first; one touch shows what else is on the page.
if (matchMedia("(max-width: 40rem)").matches) {
  for (const contents of document.querySelectorAll(".contents details")) contents.open = false;
}

const ticked = document.querySelector("[data-ticks]");
if (ticked) keepTicks(ticked);

// Nothing else is kept, and nothing is sent: a list of the ticks of one module, without a name.
function keepTicks(article) {
  const place = "fabnum-ticks-" + article.dataset.ticks;
  const boxes = [...article.querySelectorAll("[data-check]")];
  const untick = document.querySelector("[data-untick]");
  const known = new Set(read(place));

  function keep() {
    const names = boxes.filter((box) => box.checked).map((box) => box.dataset.check);
    untick.hidden = names.length === 0;
    write(place, names);
  }

  for (const box of boxes) {
    box.checked = known.has(box.dataset.check);
    box.addEventListener("change", keep);
  }
  untick.hidden = !boxes.some((box) => box.checked);
  untick.addEventListener("click", () => {
    for (const box of boxes) box.checked = false;
    keep();
    document.querySelector("[data-print]").focus();
  });
}

// A browser may forbid storage, or another page may have filled it: then ticks last as long as the page.
function read(place) {
  try {
    const names = JSON.parse(localStorage.getItem(place));
    return Array.isArray(names) ? names : [];
  } catch {
    return [];
  }
}

function write(place, names) {
  try {
    if (names.length) localStorage.setItem(place, JSON.stringify(names));
    else localStorage.removeItem(place);
  } catch { /* see above */ }
}
