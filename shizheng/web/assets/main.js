// Every page: styles, htmx, and the small behaviours. Charts and maps come only where a page has one.
import "./styles/main.scss";
import htmx from "htmx.org";
import "./scripts/frame.js";
import "./scripts/keys.js";
import "./scripts/drafts.js";
import "./scripts/lists.js";
import "./scripts/uploads.js";
import "./scripts/picker.js";

window.htmx = htmx;

function islands(root) {
  if (root.querySelector("[data-chart]")) import("./chart.js").then((module) => module.draw(root));
  if (root.querySelector("[data-map]")) import("./map.js").then((module) => module.draw(root));
}
if (document.querySelector("form[data-filing]")) import("./filing.js");
if (document.querySelector("form[data-site]")) import("./site.js");
if (document.querySelector("table[data-grid]")) import("./grid.js");
if (document.querySelector("[data-meeting-run]")) import("./meeting.js");

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});
document.addEventListener("htmx:load", (event) => islands(event.detail.elt.parentElement ?? document));
// The reader learns that a part did not come, and what to do; the old part stays.
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, () => {
    const box = document.getElementById("messages");
    if (!box || box.querySelector("[data-load-error]")) return;
    const note = document.createElement("div");
    note.className = "note note-error";
    note.dataset.loadError = "";
    const text = document.createElement("p");
    const english = document.documentElement.lang.startsWith("en");
    text.textContent = english
      ? "A part of this page could not be loaded; what you see may be old. Reload the page and try again."
      : "這一頁有一部分沒有讀到，畫面上可能是舊的。請重新整理再試一次。";
    note.append(text);
    box.append(note);
  });
}
islands(document);
