// A box that offers what fits while one types (WAI-ARIA combobox with a list). Without script it stays a plain box.
const WAIT = 180;
const SEPARATOR = /[、,，;；]\s*/;
const english = document.documentElement.lang.startsWith("en");

function prepare(input) {
  if (input.getAttribute("role") === "combobox") return;
  const list = document.createElement("ul");
  list.id = `${input.id}_choices`;
  list.className = "pick-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", english ? "Choices" : "可以選的");
  list.hidden = true;
  const said = document.createElement("p");
  said.className = "meta pick-said";
  said.setAttribute("role", "status");
  const box = document.createElement("div");
  box.className = "pick";
  input.before(box);
  box.append(input, list, said);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  const many = "pickMany" in input.dataset;
  let timer = 0;
  let turn = 0;
  let at = -1;

  const last = () => (many ? input.value.split(SEPARATOR).at(-1) : input.value).trim();
  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    const items = [...list.children];
    at = items.length ? (index + items.length) % items.length : -1;
    items.forEach((item, n) => item.setAttribute("aria-selected", String(n === at)));
    if (at < 0) return;
    input.setAttribute("aria-activedescendant", items[at].id);
    items[at].scrollIntoView({ block: "nearest" });
  };
  const take = (item) => {
    const before = many ? input.value.split(SEPARATOR).slice(0, -1) : [];
    input.value = [...before, item.dataset.value].join("、");
    said.textContent = item.textContent;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const show = (choices) => {
    list.replaceChildren(
      ...choices.map((choice, n) => {
        const item = document.createElement("li");
        item.id = `${list.id}_${n}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.value = choice.value;
        const name = document.createElement("span");
        name.textContent = choice.label;
        const meta = document.createElement("span");
        meta.className = "meta";
        meta.textContent = ` ${[choice.value, choice.meta].filter(Boolean).join("　")}`;
        item.append(name, meta);
        return item;
      }),
    );
    list.hidden = choices.length === 0;
    input.setAttribute("aria-expanded", String(choices.length > 0));
    said.textContent = choices.length ? "" : english ? "Nothing fits." : "沒有符合的。";
    at = -1;
    input.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const words = last();
    const mine = ++turn;
    if (!words) {
      said.textContent = "";
      return close();
    }
    try {
      const answer = await fetch(`${input.dataset.pick}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { choices } = await answer.json();
      if (mine === turn && document.activeElement === input) show(choices);
    } catch {
      close();
      said.textContent = english ? "The list did not come; type the code." : "清單沒有讀到，請直接填代碼。";
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else mark(at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1));
    } else if (event.key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      take(list.children[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) take(item);
  });
  input.addEventListener("blur", close);
}

for (const input of document.querySelectorAll("input[data-pick]")) prepare(input);
document.addEventListener("htmx:load", (event) => {
  for (const input of event.detail.elt.querySelectorAll?.("input[data-pick]") ?? []) prepare(input);
});
