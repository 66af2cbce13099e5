// A return is saved as it is typed, field by field; of two who change one field, the second sees both and chooses.
const english = document.documentElement.lang.startsWith("en");
const say = (chinese, text) => (english ? text : chinese);
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const WAIT = 500;

export async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    keepalive: true,
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
  });
  const json = answer.headers.get("content-type")?.includes("json");
  return { status: answer.status, data: json ? await answer.json() : {} };
}

function attach(form) {
  const fields = [...form.querySelectorAll("[data-field]")];
  const status = form.querySelector("[data-save-state]");
  const waiting = new Map(); // field → timer
  const dirty = new Set();
  let running = 0;

  const cellOf = (field) => field.closest("[data-cell]");
  const noteOf = (field) => cellOf(field).querySelector(".fil-note");
  const show = (text) => (status.textContent = text);
  for (const field of fields) {
    field.saved = field.value;
    field.note = noteOf(field).innerHTML;
  }

  function version(field, number) {
    field.dataset.version = String(number);
    form.querySelector(`[data-version-of="${CSS.escape(cellOf(field).dataset.cell)}"]`).value = String(number);
  }

  function problem(field, text) {
    cellOf(field).classList.toggle("field-bad", Boolean(text));
    field.toggleAttribute("aria-invalid", Boolean(text));
    if (!text) return void (noteOf(field).innerHTML = field.note);
    const note = document.createElement("span");
    note.className = "t-bad";
    note.textContent = text;
    noteOf(field).replaceChildren(note);
  }

  function choose(field, clash) {
    // both texts stay in sight until one is chosen
    const note = document.createElement("span");
    note.className = "clash";
    note.append(say(`${clash.by} 改成了「${clash.shown}」`, `${clash.by} changed this to “${clash.shown}”`));
    for (const [label, act] of [
      [say("用我的", "Keep mine"), () => (version(field, clash.version), queue(field, 0))],
      [say("用對方的", "Take theirs"), () => take(field, clash)],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "link";
      button.textContent = label;
      button.addEventListener("click", () => {
        problem(field, "");
        act();
        field.focus();
      });
      note.append(button);
    }
    cellOf(field).classList.add("field-bad");
    noteOf(field).replaceChildren(note);
    show(say("有一格別人剛改過，請選一個。", "Somebody else has just changed a field; choose one."));
  }

  function take(field, theirs) {
    field.value = field.saved = theirs.text;
    version(field, theirs.version);
    dirty.delete(field);
  }

  async function save(field) {
    waiting.delete(field);
    if (field.saving) return void dirty.add(field);
    const text = field.value;
    if (text === field.saved) return void dirty.delete(field);
    field.saving = true;
    running += 1;
    show(say("正在存…", "Saving…"));
    try {
      const { status: code, data } = await post(form.dataset.save, {
        row: field.dataset.row,
        field: field.dataset.name,
        text,
        version: Number(field.dataset.version),
      });
      if (code === 200) {
        field.saved = text;
        version(field, data.version);
        if (field.value === text) dirty.delete(field);
        const sentence = form.querySelector(`[data-narrative="${CSS.escape(field.dataset.row)}"]`);
        if (sentence) sentence.textContent = data.narrative;
        problem(field, data.problem);
        if (!dirty.size) show(say(`已存 ${clock()}`, `Saved ${clock()}`));
      } else if (data.clash) choose(field, data.clash);
      else {
        problem(field, data.message ?? say("沒有存。請重新整理再試。", "Not saved. Reload the page and try again."));
        show(say("有一格沒有存，打的字還在畫面上。", "A field was not saved; what you typed is still here."));
      }
    } catch {
      show(say("連不上，還沒有存；連上後會再試，打的字還在畫面上。", "No connection: not saved yet; it will be tried again."));
      setTimeout(() => queue(field, 0), 5000);
    } finally {
      running -= 1;
      field.saving = false;
      if (dirty.has(field) && field.value !== field.saved && field.value !== text) queue(field, 0);
    }
  }

  function queue(field, wait = WAIT) {
    dirty.add(field);
    clearTimeout(waiting.get(field));
    waiting.set(field, setTimeout(() => save(field), wait));
  }

  const clock = () => new Date().toLocaleTimeString("zh-TW", { hour12: false, hour: "2-digit", minute: "2-digit", second: "2-digit" });

  for (const field of fields) {
    field.addEventListener("input", () => queue(field));
    field.addEventListener("change", () => field.value !== field.saved && queue(field, 0));
  }

  async function flush() {
    for (const field of [...waiting.keys()]) {
      clearTimeout(waiting.get(field));
      save(field);
    }
    for (let tries = 0; running && tries < 100; tries += 1) await new Promise((done) => setTimeout(done, 50));
  }

  let sending = false;
  form.addEventListener("submit", async (event) => {
    if (sending) return;
    event.preventDefault();
    sending = true;
    const button = event.submitter ?? form.querySelector("[data-submit]");
    await flush();
    await new Promise((done) => setTimeout(done)); // a form does not send itself again while its submit event is being told
    for (const field of dirty) if (field.value === field.saved) dirty.delete(field);
    form.requestSubmit(button);
    setTimeout(() => (sending = false), 3000);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.target.closest("dialog") || (event.target.form ?? form) !== form) return;
      event.preventDefault(); // wherever the reader is: a return may be typed in the grid and only read here
      form.requestSubmit(form.querySelector("[data-submit]"));
    } else if (event.target.matches("input[data-field], select[data-field]")) {
      event.preventDefault(); // Enter goes on to the next field; only Ctrl+Enter and the button send
      fields[fields.indexOf(event.target) + 1]?.focus();
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (!sending && [...dirty].some((field) => field.value !== field.saved)) event.preventDefault();
  });

  // Two people in one return: who is here, at which field, and what was just saved.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.target.id !== "presence") return;
    event.detail.parameters.field = document.activeElement?.closest?.("[data-cell]")?.dataset.cell ?? "";
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "presence") return;
    for (const cell of form.querySelectorAll("[data-here]")) cell.removeAttribute("data-here");
    for (const at of event.target.querySelectorAll("[data-live-at]"))
      form.querySelector(`[data-cell="${CSS.escape(at.dataset.liveAt)}"]`)?.setAttribute("data-here", at.dataset.by);
    for (const fresh of event.target.querySelectorAll("[data-live]")) {
      const field = form.querySelector(`[data-cell="${CSS.escape(fresh.dataset.live)}"] [data-field]`);
      if (!field || Number(fresh.dataset.version) <= Number(field.dataset.version)) continue;
      if (field === document.activeElement || dirty.has(field) || field.value !== field.saved) continue; // typed: kept
      take(field, { text: fresh.dataset.text, version: Number(fresh.dataset.version) });
      noteOf(field).textContent = say(`${fresh.dataset.by} 剛更新`, `${fresh.dataset.by} has just updated this`);
    }
    const state = event.target.querySelector("[data-live-state]")?.dataset.liveState;
    if (state && state !== form.dataset.state)
      show(say("這一份剛才已由別人處理，請重新整理。", "Somebody else has just acted on this return; reload the page."));
  });
}

for (const form of document.querySelectorAll("form[data-filing]")) attach(form);
