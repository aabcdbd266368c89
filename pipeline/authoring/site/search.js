"use strict";
// Searches the entries of index.js while somebody types; works from a file, without a server.
const MOST = 50;
const field = document.getElementById("search");
const found = document.getElementById("found");

function shown(entry) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = entry[0];
  link.textContent = entry[1];
  item.append(link, " " + entry[2]);
  return item;
}

field.addEventListener("input", () => {
  const wanted = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const hits = wanted.length ? ENTRIES.filter((entry) => wanted.every((part) => entry[3].includes(part))) : [];
  found.replaceChildren(...hits.slice(0, MOST).map(shown));
  if (wanted.length && !hits.length) {
    found.append(Object.assign(document.createElement("li"), { textContent: found.dataset.none }));
  }
});
