// Light or dark before the page is drawn: as Airflow around the frame shows itself, else as the reader has chosen.
"use strict";
(() => {
  const root = document.documentElement;
  const outer = () => {
    try {
      return window.parent !== window ? window.parent.document.documentElement.classList : null;
    } catch {
      return null; // the frame around is another site's
    }
  };
  const around = outer();
  const chosen = around?.contains("dark") ? "dark" : around?.contains("light") ? "light" : localStorage.getItem("riskhub-theme");
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  root.classList.add("scripted");
  if (around) root.classList.add("framed");
})();
