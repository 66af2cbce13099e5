// List pages: select many and act, forms that send themselves when a choice changes.
function count(form) {
  const ticks = [...form.querySelectorAll("[data-select-row]")];
  const chosen = ticks.filter((tick) => tick.checked).length;
  const bar = form.querySelector("[data-select-bar]");
  if (bar) bar.hidden = chosen === 0;
  const number = form.querySelector("[data-select-count]");
  if (number) number.textContent = String(chosen);
  const all = form.querySelector("[data-select-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === ticks.length;
    all.indeterminate = chosen > 0 && chosen < ticks.length;
  }
  for (const tick of ticks) tick.closest("tr")?.classList.toggle("row-chosen", tick.checked);
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-select]");
  if (form && event.target.matches("[data-select-all]"))
    for (const tick of form.querySelectorAll("[data-select-row]")) tick.checked = event.target.checked;
  if (form) count(form);
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});
for (const form of document.querySelectorAll("form[data-select]")) count(form);

// What is typed in the search box has been answered already; leaving the box must not fetch, and replace, the rows again.
document.addEventListener("change", (event) => event.target.id === "list-search" && event.stopImmediatePropagation(), true);

// Empty parameters stay out of the address: it holds the whole state, and only that.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.matches("form[data-trim]")) return;
  for (const [name, value] of [...event.detail.formData.entries()]) if (value === "") event.detail.formData.delete(name);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const form of document.querySelectorAll("form[data-select]")) count(form);
});
