// A running meeting: what is said is saved as it is typed, Ctrl+Enter records a resolution, Alt+arrows change the item.
import { post } from "./filing.js";

const english = document.documentElement.lang.startsWith("en");
const say = (chinese, text) => (english ? text : chinese);
const WAIT = 600;
const run = document.querySelector("[data-meeting-run]");

function keepSaid(form) {
  const box = form.elements.text;
  const version = form.elements.version;
  const status = form.querySelector("[data-save-state]");
  let saved = box.value;
  let timer = 0;
  let saving = null;
  let clashing = false; // nothing is saved until one of the two texts is chosen

  const clock = () => new Date().toLocaleTimeString("zh-TW", { hour12: false, hour: "2-digit", minute: "2-digit", second: "2-digit" });

  function choose(clash) {
    // both texts stay in sight until one is chosen
    clashing = true;
    status.replaceChildren(say(`別人剛寫成：「${clash.text}」 `, `Somebody else has just written: “${clash.text}” `));
    for (const [label, act] of [
      [say("用我的", "Keep mine"), () => (version.value = clash.version)],
      [say("用對方的", "Take theirs"), () => ((box.value = saved = clash.text), (version.value = clash.version))],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "link";
      button.textContent = label;
      button.addEventListener("click", () => {
        act();
        clashing = false;
        status.textContent = "";
        box.focus();
        save();
      });
      status.append(button, " ");
    }
  }

  async function send() {
    const text = box.value;
    if (clashing || text === saved) return;
    status.textContent = say("正在存…", "Saving…");
    try {
      const { status: code, data } = await post(form.action, { text, version: Number(version.value) });
      if (code === 200) {
        saved = text;
        version.value = data.version;
        status.textContent = say(`已存 ${clock()}`, `Saved ${clock()}`);
      } else if (data.clash) choose(data.clash);
      else status.textContent = data.message ?? say("沒有存，打的字還在畫面上。", "Not saved; what you typed is still here.");
    } catch {
      status.textContent = say("連不上，還沒有存；會再試，打的字還在畫面上。", "No connection: not saved yet; it will be tried again.");
      timer = setTimeout(save, 5000);
    }
  }

  function save() {
    clearTimeout(timer);
    saving = (saving ?? Promise.resolve()).then(send);
    return saving;
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  });
  box.addEventListener("change", save);
  window.addEventListener("beforeunload", (event) => box.value !== saved && event.preventDefault());
  return { save, dirty: () => box.value !== saved };
}

const form = run.querySelector("form[data-discussion]");
const said = form ? keepSaid(form) : null;

async function leave(act) {
  if (said?.dirty()) await said.save();
  if (said?.dirty()) return void form.elements.text.focus(); // what was said is not saved: nobody leaves it behind
  act();
}

// a resolution is sent only once what was said is saved
const resolve = run.querySelector("form[data-resolve]");
let sending = false;
resolve?.addEventListener("submit", (event) => {
  if (sending || !said?.dirty()) return;
  event.preventDefault();
  leave(() => {
    sending = true;
    resolve.requestSubmit();
  });
});
resolve?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
    event.preventDefault();
    resolve.requestSubmit();
  }
});
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const name = { ArrowUp: "[data-before]", ArrowDown: "[data-after]" }[event.key];
  const link = name && run.querySelector(name);
  if (!link) return;
  event.preventDefault();
  leave(() => location.assign(link.href));
});
for (const link of run.querySelectorAll("a[href^='?item=']"))
  link.addEventListener("click", (event) => {
    if (!said?.dirty() || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    leave(() => location.assign(link.href));
  });
