// Many returns in one grid: arrows, Enter and Tab move, a block of a spreadsheet is pasted, cells are saved as typed.
import { post } from "./filing.js";

const english = document.documentElement.lang.startsWith("en");
const say = (chinese, text) => (english ? text : chinese);
const MOST = 500; // cells of one request

function attach(table) {
  const status = document.querySelector("[data-save-state]");
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.querySelector("[data-grid-cell]")));
  const all = rows.flat().filter(Boolean);
  const place = new Map();
  rows.forEach((row, y) => row.forEach((cell, x) => cell && place.set(cell, [y, x])));
  for (const cell of all) cell.saved = cell.value;
  const names = new Map(all.map((cell) => [`${cell.dataset.filing}/${cell.dataset.row}/${cell.dataset.name}`, cell]));
  let pending = new Set();
  let timer;
  let running = false;

  function mark(cell, problem) {
    const box = cell.parentElement;
    box.querySelector(".cell-problem")?.remove();
    box.toggleAttribute("data-problem", Boolean(problem));
    box.toggleAttribute("data-saved", !problem);
    cell.toggleAttribute("aria-invalid", Boolean(problem));
    if (!problem) return;
    const note = document.createElement("p");
    note.className = "cell-problem";
    note.textContent = problem;
    box.append(note);
  }

  async function save() {
    if (running) return;
    const sent = [...pending].filter((cell) => cell.value !== cell.saved).slice(0, MOST);
    if (!sent.length) return void pending.clear();
    running = true;
    const texts = new Map(sent.map((cell) => [cell, cell.value]));
    status.textContent = say("正在存…", "Saving…");
    try {
      const { status: code, data } = await post(table.dataset.save, {
        cells: sent.map((cell) => ({
          filing: Number(cell.dataset.filing), row: cell.dataset.row, field: cell.dataset.name,
          text: texts.get(cell), version: Number(cell.dataset.version),
        })),
      });
      let wrong = 0;
      for (const cell of sent) pending.delete(cell);
      for (const each of data.cells ?? []) {
        const cell = names.get(`${each.filing}/${each.row}/${each.field}`);
        if (!cell) continue;
        if (each.version !== undefined) cell.dataset.version = String(each.version);
        if (each.problem) wrong += 1;
        else cell.saved = texts.get(cell);
        mark(cell, each.problem);
        if (cell.value !== texts.get(cell)) pending.add(cell);
      }
      if (code !== 200) status.textContent = data.message ?? say("沒有存。請重新整理再試。", "Not saved. Reload and try again.");
      else if (wrong) status.textContent = say(`有 ${wrong} 格沒有存，原因在格子下面。`, `${wrong} cells were not saved; the reason stands below each.`);
      else status.textContent = say(`已存 ${sent.length} 格。`, `${sent.length} cells saved.`);
    } catch {
      status.textContent = say("連不上，還沒有存；會再試。", "No connection: not saved yet; it will be tried again.");
      setTimeout(save, 5000);
    } finally {
      running = false;
      if (pending.size) queue(0);
    }
  }

  function queue(wait = 600) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function go(cell, dy, dx) {
    let [y, x] = place.get(cell);
    for (;;) {
      y += dy;
      x += dx;
      if (y < 0 || x < 0 || y >= rows.length || x >= rows[y].length) return false;
      const next = rows[y][x];
      if (next) {
        next.focus();
        next.select?.();
        return true;
      }
    }
  }

  const atEdge = (cell, end) =>
    cell.tagName === "SELECT" || (cell.selectionStart === cell.selectionEnd ? cell.selectionStart === (end ? cell.value.length : 0) : cell.selectionEnd - cell.selectionStart === cell.value.length);

  table.addEventListener("input", (event) => {
    if (!event.target.matches("[data-grid-cell]")) return;
    pending.add(event.target);
    queue();
  });
  table.addEventListener("focusout", () => pending.size && queue(0));
  table.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!cell.matches("[data-grid-cell]") || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const select = cell.tagName === "SELECT";
    const moves = {
      Enter: () => go(cell, event.shiftKey ? -1 : 1, 0) || true,
      ArrowDown: () => !select && go(cell, 1, 0),
      ArrowUp: () => !select && go(cell, -1, 0),
      ArrowRight: () => atEdge(cell, true) && go(cell, 0, 1),
      ArrowLeft: () => atEdge(cell, false) && go(cell, 0, -1),
      Escape: () => ((cell.value = cell.saved), pending.delete(cell), mark(cell, ""), true),
    };
    if (moves[event.key]?.()) event.preventDefault();
  });
  table.addEventListener("paste", (event) => {
    const cell = event.target.closest("[data-grid-cell]");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!cell || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    const [top, left] = place.get(cell);
    let skipped = 0;
    text.replace(/\r?\n$/, "").split(/\r?\n/).forEach((line, y) =>
      line.split("\t").forEach((value, x) => {
        const target = rows[top + y]?.[left + x];
        if (!target) return void (skipped += value.trim() ? 1 : 0);
        const option = target.tagName === "SELECT" && [...target.options].find((each) => each.text === value.trim() || each.value === value.trim());
        target.value = option ? option.value : value.trim();
        pending.add(target);
      }),
    );
    queue(0);
    if (skipped) status.textContent = say(`貼上的內容有 ${skipped} 格超出表格或不能填，沒有貼。`, `${skipped} pasted cells fall outside and were left out.`);
  });
  window.addEventListener("beforeunload", (event) => pending.size && event.preventDefault());
}

for (const table of document.querySelectorAll("table[data-grid]")) attach(table);
