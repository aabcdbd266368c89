// What a page can do without: the theme switch, parts that renew themselves, and the place where a reader must look.
"use strict";

const root = document.documentElement;

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = root.classList.contains("framed");
  button.addEventListener("click", () => {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    localStorage.setItem("riskhub-theme", root.dataset.theme);
  });
}

document.querySelector("[data-focus]")?.focus();

// An address that names a field leads there also where the field is folded away.
const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
if (named && named.closest("form.fixes")) {
  for (let part = named.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  named.focus();
}

// <div data-renew="/address" data-every="3">: its content is fetched anew while the answer says so.  An answer without
// `data-renew` in its first element is the last one.
const renew = (part) => {
  const wait = 1000 * Number(part.dataset.every || 3);
  setTimeout(async () => {
    try {
      const answer = await fetch(part.dataset.renew, { headers: { accept: "text/html" }, credentials: "same-origin" });
      if (!answer.ok) return renew(part);
      const made = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
      if (!made) return;
      part.replaceWith(made);
      if (made.dataset.renew) renew(made);
    } catch {
      renew(part); // the connection is gone for the moment
    }
  }, wait);
};
document.querySelectorAll("[data-renew]").forEach(renew);

// A form that asks before it goes: its button names a <dialog>.
for (const button of document.querySelectorAll("[data-dialog]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.dialog)?.showModal());
}
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog")?.close());
}

// Pages of analysts.  A button that copies the text of another element.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
  });
}
