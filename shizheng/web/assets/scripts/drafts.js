// Drafts: what is typed into a form with data-draft stays on this device until the form is accepted.
// Never kept: passwords, files, hidden fields, one-time codes. Older than 14 days: thrown away.
const AGE = 14 * 24 * 3600 * 1000;
const PREFIX = "shizheng-draft:";
// Nobody is shown what somebody else typed on the same device.
const key = (form) => `${PREFIX}${document.documentElement.dataset.reader ?? ""}:${form.dataset.draft}`;
const kept = (field) =>
  field.name && !["password", "file", "hidden", "submit", "button"].includes(field.type) && field.autocomplete !== "one-time-code";

function read(form) {
  try {
    const stored = JSON.parse(localStorage.getItem(key(form)) ?? "null");
    return stored && Date.now() - stored.at < AGE ? stored.values : null;
  } catch {
    return null;
  }
}

function write(form) {
  const values = {};
  for (const field of form.elements) {
    if (!kept(field)) continue;
    if (field.type === "checkbox" || field.type === "radio") (values[field.name] ??= []).push(field.checked);
    else if (field.multiple) (values[field.name] ??= []).push([...field.selectedOptions].map((option) => option.value));
    else (values[field.name] ??= []).push(field.value);
  }
  try {
    localStorage.setItem(key(form), JSON.stringify({ at: Date.now(), values }));
    show(form, true);
  } catch {
    show(form, false); // storage full or refused: promise nothing
  }
}

function restore(form, values) {
  const seen = {};
  for (const field of form.elements) {
    if (!kept(field) || !(field.name in values)) continue;
    const value = values[field.name][(seen[field.name] = (seen[field.name] ?? -1) + 1)];
    if (value === undefined) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = value;
    else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
  }
}

function show(form, visible) {
  const note = form.querySelector("[data-draft-note]");
  if (note) note.hidden = !visible;
}

function forget(form) {
  try {
    localStorage.removeItem(key(form));
  } catch {
    // nothing was kept either
  }
}

// A sent draft is forgotten when the next page shows no sum of errors (the server took it).
const SENT = "shizheng-draft-sent";
const sent = sessionStorage.getItem(SENT);
if (sent) {
  sessionStorage.removeItem(SENT);
  const form = [...document.querySelectorAll("form[data-draft]")].find((one) => key(one) === sent);
  if (!form?.querySelector(".note-error") && !document.querySelector("[data-error-page]")) localStorage.removeItem(sent);
}

try {
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX)))
    if (!(Date.now() - (JSON.parse(localStorage.getItem(name))?.at ?? 0) < AGE)) localStorage.removeItem(name);
} catch {
  // storage refused, or not ours: nothing to clear
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const values = form.querySelector(".note-error") ? null : read(form);
  if (values) {
    restore(form, values);
    show(form, true);
  }
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => write(form), 400);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    write(form);
    sessionStorage.setItem(SENT, key(form));
  });
  form.querySelector("[data-draft-clear]")?.addEventListener("click", () => {
    clearTimeout(timer);
    forget(form);
    form.reset();
    show(form, false);
  });
}
