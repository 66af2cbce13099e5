// Many returns in one grid: arrows, Enter and Tab move, a block of a spreadsheet is pasted and taken back, cells are saved
// as typed; who else types here is seen, and what was just saved appears.
import { post } from "./filing.js";

const english = document.documentElement.lang.startsWith("en");
const say = (chinese, text) => (english ? text : chinese);
const MOST = 500; // cells of one request
const ASK = 8000; // milliseconds between two looks at what others do

function attach(table) {
  const status = document.querySelector("[data-save-state]");
  const rows = [...table.tBodies[0].rows].filter((row) => row.querySelector("[data-grid-cell]")).map((row) => [...row.cells].map((cell) => cell.querySelector("[data-grid-cell]")));
  const all = rows.flat().filter(Boolean);
  const place = new Map();
  rows.forEach((row, y) => row.forEach((cell, x) => cell && place.set(cell, [y, x])));
  for (const cell of all) cell.saved = cell.value;
  const names = new Map(all.map((cell) => [`${cell.dataset.filing}/${cell.dataset.row}/${cell.dataset.name}`, cell]));
  let pending = new Set();
  let timer;
  let running = false;
  let aside = ""; // said once more after the cells are saved
  const pasted = []; // blocks that can be taken back: [cell, what stood there]
  let last = ""; // whether a paste or a key came last

  function sayAt(cell, text) {
    cell.parentElement.querySelector(".cell-problem")?.remove();
    if (!text) return null;
    const note = document.createElement("p");
    note.className = "cell-problem";
    note.textContent = text;
    cell.parentElement.append(note);
    return note;
  }

  function mark(cell, problem) {
    const box = cell.parentElement;
    box.toggleAttribute("data-problem", Boolean(problem));
    box.toggleAttribute("data-saved", !problem);
    if (problem) box.removeAttribute("data-doubt");
    cell.toggleAttribute("aria-invalid", Boolean(problem));
    return sayAt(cell, problem);
  }

  // What looks wrong in what was typed: kept, and said under the cell.
  function doubt(cell, text) {
    if (cell.parentElement.hasAttribute("data-problem")) return;
    cell.parentElement.toggleAttribute("data-doubt", Boolean(text));
    sayAt(cell, text);
  }

  // Two changed one cell: both texts stay in sight until one is chosen.
  function choose(cell, each) {
    const note = mark(cell, each.problem);
    for (const [label, act] of [
      [say("用我的", "Keep mine"), () => ((cell.dataset.version = String(each.clash)), pending.add(cell), queue(0))],
      [say("用對方的", "Take theirs"), () => (take(cell, each.now, each.clash), mark(cell, ""))],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "link";
      button.textContent = label;
      button.addEventListener("click", () => (act(), cell.focus()));
      note.append(" ", button);
    }
  }

  function take(cell, text, version) {
    cell.value = cell.saved = text;
    cell.dataset.version = String(version);
    pending.delete(cell);
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
        if (each.clash !== undefined) choose(cell, each);
        else mark(cell, each.problem);
        if (cell.value !== texts.get(cell)) pending.add(cell);
      }
      let doubts = 0;
      for (const line of data.lines ?? []) {
        const said = table.querySelector(`[data-grid-said="${CSS.escape(`${line.filing}/${line.row}`)}"]`);
        if (said) said.textContent = line.narrative;
        for (const cell of all.filter((one) => Number(one.dataset.filing) === line.filing && one.dataset.row === line.row)) {
          doubt(cell, line.doubts[cell.dataset.name] ?? "");
          doubts += line.doubts[cell.dataset.name] ? 1 : 0;
        }
      }
      if (code !== 200) status.textContent = data.message ?? say("沒有存。請重新整理再試。", "Not saved. Reload and try again.");
      else if (wrong) status.textContent = say(`有 ${wrong} 格沒有存，原因在格子下面。`, `${wrong} cells were not saved; the reason stands below each.`);
      else if (doubts) status.textContent = say(`已存 ${sent.length} 格；有 ${doubts} 格請再看一次，原因在格子下面。`, `${sent.length} cells saved; look again at ${doubts}, the reason stands below each.`);
      else status.textContent = say(`已存 ${sent.length} 格。`, `${sent.length} cells saved.`);
      if (aside) status.textContent += aside;
      aside = "";
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
    last = "key";
    pending.add(event.target);
    queue();
  });
  table.addEventListener("focusout", () => pending.size && queue(0));
  table.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!cell.matches("[data-grid-cell]") || event.isComposing || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() === "z" && !event.shiftKey && last === "paste" && takeBack()) event.preventDefault();
      return;
    }
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
    let unknown = 0;
    const block = [];
    const put = (target, value) => {
      if (target.value === value) return;
      block.push([target, target.value]);
      target.value = value;
      pending.add(target);
    };
    text.replace(/\r?\n$/, "").split(/\r?\n/).forEach((line, y) =>
      line.split("\t").forEach((value, x) => {
        const target = rows[top + y]?.[left + x];
        if (!target) return void (skipped += value.trim() ? 1 : 0);
        const given = value.trim();
        if (target.tagName !== "SELECT") return void put(target, given);
        const option = [...target.options].find((each) => [each.text, each.value, each.text.replace(/^\d+\. /, "")].includes(given));
        if (option || !given) put(target, option?.value ?? "");
        else {
          unknown += 1;
          mark(target, say(`清單裡沒有「${given.slice(0, 30)}」，這一格沒有貼，請選一個。`, `“${given.slice(0, 30)}” is not in the list: left as it was; choose one.`));
        }
      }),
    );
    if (block.length) pasted.push(block);
    last = "paste";
    aside = skipped ? say(`貼上的內容有 ${skipped} 格超出表格或不能填，沒有貼。`, ` ${skipped} pasted cells fall outside and were left out.`) : "";
    aside += unknown ? say(`有 ${unknown} 格不在清單裡，沒有貼。`, ` ${unknown} pasted cells are not in their list.`) : "";
    aside += say("按 Ctrl＋Z 復原這次貼上。", " Ctrl+Z takes the paste back.");
    queue(0);
  });

  // The last block that was pasted goes; what stood there comes back, and is saved.
  function takeBack() {
    const block = pasted.pop();
    if (!block) return false;
    for (const [cell, text] of block) {
      cell.value = text;
      pending.add(cell);
    }
    aside = say("這次貼上已復原。", " The paste was taken back.");
    last = pasted.length ? "paste" : "";
    queue(0);
    return true;
  }
  // Who else is here, at which cell, and what was just saved. What one is typing oneself is left alone.
  const here = document.querySelector("[data-grid-here]");
  async function look() {
    if (document.hidden || !table.dataset.returns) return;
    const at = document.activeElement?.closest?.("[data-grid-cell]");
    const { status: code, data } = await post(table.dataset.live, {
      returns: table.dataset.returns.split(",").map(Number),
      filing: Number(at?.dataset.filing ?? 0),
      field: at ? `${at.dataset.row}.${at.dataset.name}` : "",
    }).catch(() => ({ status: 0, data: {} }));
    if (code !== 200) return;
    const who = [...new Set(data.others.map((each) => each.name))];
    here.hidden = !who.length;
    here.querySelector("span").textContent = say(`${who.join("、")} 也在填`, `${who.join(", ")} is here, too`);
    for (const box of table.querySelectorAll("[data-here]")) box.removeAttribute("data-here");
    for (const each of data.others) {
      const cell = each.field && names.get(`${each.filing}/${each.field.replace(/\.(?=[^.]*$)/, "/")}`);
      if (cell) cell.parentElement.setAttribute("data-here", each.name);
    }
    for (const each of data.fresh) {
      const cell = names.get(`${each.filing}/${each.row}/${each.field}`);
      if (!cell || each.version <= Number(cell.dataset.version)) continue;
      if (cell === document.activeElement || pending.has(cell) || cell.value !== cell.saved) continue; // typed: kept
      take(cell, each.text, each.version);
      sayAt(cell, say(`${each.by} 剛更新`, `${each.by} has just updated this`));
    }
  }
  if (all.length) {
    look();
    setInterval(look, ASK);
    let soon;
    table.addEventListener("focusin", () => {
      clearTimeout(soon);
      soon = setTimeout(look, 1200);
    });
  }
  window.addEventListener("beforeunload", (event) => pending.size && event.preventDefault());
}

for (const table of document.querySelectorAll("table[data-grid]")) attach(table);
