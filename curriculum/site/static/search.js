// Finds words in the index of this page's language, with or without accents, as one types.
"use strict";

const SHOWN = 30;
const WAIT_MS = 150;
const IN_TITLE = 20;
const IN_PAGE = 5;
const AROUND = 70;

const field = document.getElementById("find");
const said = document.getElementById("said");
const list = document.getElementById("results");
const all = document.getElementById("all");

const entries = (window.fabnumIndex || []).map(([page, title, address, text]) => ({
  page, title, address, text,
  plainPage: plain(page), plainTitle: plain(title), plainText: plain(text),
}));

field.value = new URLSearchParams(location.search).get("q") || "";
let waiting;
field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, WAIT_MS);
});
field.form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  search();
});
search();

// One letter for each letter of the text, so that what is found can be marked in it.
function plain(text) {
  return text.toLowerCase().replace(/[^\x00-\x7f]/gu, (letter) => {
    const bare = letter === "’" ? "'" : letter.normalize("NFKD").replace(/\p{M}/gu, "");
    return bare.length === letter.length ? bare : letter;
  });
}

// What is looked for, word by word. A plural finds the singular, “coeur” finds « cœur »,
// “wifi” finds « Wi-Fi » and “co2” finds « CO₂ ».
function wanted() {
  const typed = plain(field.value).split(/[\s.,;:!?«»"“”()]+/).filter(Boolean);
  return typed
    .map((word) => (word.length > 3 ? word.replace(/[sx]$/, "") : word))
    .map(pattern)
    .filter(Boolean)
    .map((word) => new RegExp(word, "gu"));
}

// A hyphen may stand between any two letters, and the one that was typed may be missing.
function pattern(word) {
  return (word.match(/oe|[^-]/gu) || [])
    .map((letter) => (letter === "oe" ? "(?:o-?e|œ)" : letter.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&")))
    .join("-?");
}

function search() {
  const words = wanted();
  list.replaceChildren();
  all.hidden = words.length > 0;
  said.textContent = "";
  if (!words.length) return;
  const found = entries
    .map((entry) => ({ entry, score: score(entry, words) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score);
  said.textContent = summary(found.length);
  for (const { entry } of found.slice(0, SHOWN)) list.append(line(entry, words));
  remember();
}

// Every word must be there; a title says more than a text.
function score(entry, words) {
  let sum = 0;
  for (const word of words) {
    const points = (has(entry.plainTitle, word) ? IN_TITLE : 0)
      + (has(entry.plainPage, word) ? IN_PAGE : 0)
      + Math.min(places(entry.plainText, [word]).length, IN_PAGE);
    if (!points) return 0;
    sum += points;
  }
  return sum;
}

function has(text, word) {
  return places(text, [word]).length > 0;
}

// Where the words stand in a text: beginnings and ends, in their order, none within another.
function places(text, words) {
  const found = words.flatMap((word) => [...text.matchAll(word)]);
  const ordered = found
    .map((match) => ({ begin: match.index, end: match.index + match[0].length }))
    .sort((one, other) => one.begin - other.begin);
  let last = 0;
  return ordered.filter(({ begin, end }) => begin >= last && ((last = end), true));
}

function summary(number) {
  const { none, one, many, first } = said.dataset;
  if (!number) return none;
  if (number === 1) return one;
  const words = number > SHOWN ? first : many;
  return words.replace("{n}", number).replace("{shown}", SHOWN);
}

function line(entry, words) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = entry.address;
  link.textContent = entry.title;
  item.append(link);
  if (entry.page !== entry.title) {
    const page = document.createElement("small");
    page.textContent = " " + entry.page;
    item.append(page);
  }
  const text = document.createElement("p");
  text.append(...excerpt(entry, words));
  item.append(text);
  return item;
}

// The words around what was found first.
function excerpt(entry, words) {
  const first = places(entry.plainText, words)[0]?.begin ?? 0;
  const begin = Math.max(0, entry.text.lastIndexOf(" ", Math.max(0, first - AROUND)) + 1);
  const space = entry.text.indexOf(" ", first + 2 * AROUND);
  const end = space < 0 ? entry.text.length : space;
  const pieces = begin ? ["… "] : [];
  let from = begin;
  for (const place of places(entry.plainText, words)) {
    if (place.begin < begin || place.end > end) continue;
    const mark = document.createElement("mark");
    mark.textContent = entry.text.slice(place.begin, place.end);
    pieces.push(entry.text.slice(from, place.begin), mark);
    from = place.end;
  }
  return [...pieces, entry.text.slice(from, end), space < 0 ? "" : " …"];
}

// So that "back" from a page that was found leads to what was found.
function remember() {
  try {
    history.replaceState(null, "", "?" + new URLSearchParams({ q: field.value }));
  } catch { /* some browsers forbid it for pages opened from a folder */ }
}
