// Keyboard: "/" to the search box, j and k over rows, Enter opens, x selects, "?" explains.
const rows = () => [...document.querySelectorAll("[data-keys] [data-key-row]")].filter((row) => row.offsetParent !== null);
let current = null;

function go(step) {
  const all = rows();
  if (!all.length) return;
  const index = all.indexOf(current);
  const next = all[Math.min(Math.max(index + step, 0), all.length - 1)] ?? all[0];
  current?.classList.remove("key-row");
  current = next;
  current.classList.add("key-row");
  current.scrollIntoView({ block: "nearest" });
  (current.querySelector("a[href], button") ?? current).focus({ preventScroll: true });
}

const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) {
    if (event.key === "Escape") {
      event.preventDefault(); // a search box would empty itself, and the list with it
      event.target.blur?.();
    }
    return;
  }
  if (event.key === "/") {
    const box = document.querySelector("[data-slash-here]") ?? document.querySelector("[data-slash]");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "Enter" && current && !event.target.closest("a, button, summary, input")) {
    current.querySelector("a[href]")?.click();
  } else if (event.key === "x" && current) {
    current.querySelector("input[type=checkbox]")?.click();
  } else if (event.key === "?") document.getElementById("keys-help")?.showModal();
});
