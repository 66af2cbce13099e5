// Menus, theme buttons, the phone's full menu, copy buttons, the offline band, focus on the sum of errors.
const root = document.documentElement;

function markTheme() {
  for (const button of document.querySelectorAll("[data-theme-set]"))
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === root.dataset.themeChoice));
}
markTheme();
root.addEventListener("theme-change", markTheme);

function copy(button) {
  const target = document.querySelector(button.dataset.copy);
  if (!target) return;
  const text = "value" in target ? target.value : target.textContent;
  navigator.clipboard.writeText(text).then(
    () => say(button, button.dataset.copied || (root.lang.startsWith("en") ? "Copied" : "已複製")),
    () => getSelection().selectAllChildren(target), // refused: at least it is selected
  );
}

function say(button, words) {
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  label.textContent = words;
  button.setAttribute("aria-live", "polite");
  setTimeout(() => (label.textContent = before), 2000);
}

document.addEventListener("click", (event) => {
  const theme = event.target.closest("[data-theme-set]");
  if (theme) window.shizhengTheme(theme.dataset.themeSet);
  const copyButton = event.target.closest("[data-copy]");
  if (copyButton) copy(copyButton);
  if (event.target.closest("[data-print]")) window.print();
  const rail = event.target.closest("[data-rail-toggle]");
  if (rail) {
    event.preventDefault();
    const open = document.body.classList.toggle("rail-open");
    rail.setAttribute("aria-expanded", String(open));
    if (open) document.querySelector("#rail a")?.focus();
  } else if (!event.target.closest("#rail")) closeRail();
  for (const menu of document.querySelectorAll("details[data-menu][open]"))
    if (!menu.contains(event.target)) menu.open = false;
});

function closeRail() {
  document.body.classList.remove("rail-open");
  document.querySelector("[data-rail-toggle]")?.setAttribute("aria-expanded", "false");
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  closeRail();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

const offline = document.getElementById("offline-band");
const showConnection = () => offline && (offline.hidden = navigator.onLine);
window.addEventListener("online", showConnection);
window.addEventListener("offline", showConnection);
showConnection();

document.querySelector("[data-focus]")?.focus();

// Without a connection the offline page comes instead of the browser's own (the worker keeps nothing else).
const worker = document.querySelector('meta[name="service-worker"]')?.content;
if (worker && "serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => {});
