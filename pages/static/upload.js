// Uploads in pieces that can be cut and resumed (tus 1.0); without this script the form sends the file at once.
"use strict";
(() => {
  const form = document.querySelector("[data-upload]");
  if (!form) return;
  const PIECE = 8 << 20;
  const [file, state, says] = ["#file", "[data-upload-state]", "[data-upload-says]"].map((each) => form.querySelector(each));
  const bar = form.querySelector("progress");
  const pause = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));
  const coded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  form.querySelector("[data-drop-hint]").hidden = false;
  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) file.files = event.dataTransfer.files;
    });
  }
  const offsetOf = async (where) => {
    const answer = await fetch(where, { method: "HEAD" });
    return answer.ok ? Number(answer.headers.get("upload-offset")) : null;
  };
  const begin = async (chosen, purpose) => {
    const about = { filename: chosen.name, feed: form.elements.feed.value, purpose };
    const metadata = Object.entries(about).map(([name, text]) => `${name} ${coded(text)}`).join(",");
    const headers = { "Tus-Resumable": "1.0.0", "Upload-Length": String(chosen.size), "Upload-Metadata": metadata };
    const answer = await fetch(form.dataset.upload, { method: "POST", headers });
    if (!answer.ok) throw new Error(answer.headers.get("content-type")?.startsWith("text/plain") ? await answer.text() : form.querySelector("[data-fault]").dataset.fault);
    return answer.headers.get("location");
  };
  const upload = async (chosen, purpose) => {
    const key = `riskhub-upload ${form.elements.feed.value} ${purpose} ${chosen.name} ${chosen.size} ${chosen.lastModified}`;
    let where = localStorage.getItem(key);
    let at = where ? await offsetOf(where) : null;
    if (at === null || at >= chosen.size) [where, at] = [await begin(chosen, purpose), 0];
    localStorage.setItem(key, where);
    let tries = 0;
    while (at < chosen.size) {
      bar.value = at / chosen.size;
      try {
        const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(at), "Tus-Resumable": "1.0.0" };
        const answer = await fetch(where, { method: "PATCH", headers, body: chosen.slice(at, at + PIECE) });
        if (answer.status === 401 || answer.status === 403 || answer.status === 404) break; // the page that follows says why
        if (!answer.ok && answer.status !== 409) throw new Error();
        at = Number(answer.headers.get("upload-offset"));
        [tries, says.textContent] = [0, ""];
      } catch {
        says.textContent = says.dataset.cut;
        await pause(Math.min(2 ** tries++, 30));
        at = (await offsetOf(where).catch(() => null)) ?? at;
      }
    }
    localStorage.removeItem(key);
    location.assign(where);
  };
  form.addEventListener("submit", (event) => {
    if (!file.files.length || !event.submitter) return;
    event.preventDefault();
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    state.hidden = false;
    upload(file.files[0], event.submitter.value).catch((fault) => {
      says.textContent = fault.message || says.dataset.fault;
      for (const button of form.querySelectorAll("button")) button.disabled = false;
    });
  });
})();
