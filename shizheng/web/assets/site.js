// 現場: photographs and notes wait in this device's own store until the server has them. Loaded only where form[data-site] is.
const form = document.querySelector("form[data-site]");
const english = document.documentElement.lang.startsWith("en");
const reader = document.documentElement.dataset.reader ?? "";
const target = form.dataset.siteSend;
const [takeOff, captionWord, draftWord, waitWord, goWord, refusedWord, noteWord] = form.querySelector("[data-site-words]").dataset.siteWords.split("|");
const part = (name) => form.querySelector(`[data-site-${name}]`);
const say = (zh, en) => (english ? en : zh);
const fresh = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
let session = fresh();

// One store for all tenders of a device; each row says whose it is and where it goes.
const store = new Promise((resolve, reject) => {
  const asked = indexedDB.open("shizheng-site", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("waiting", { keyPath: "key" });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
async function within(mode, act) {
  const database = await store;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction("waiting", mode);
    const request = act(transaction.objectStore("waiting"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}
const put = (row) => within("readwrite", (rows) => rows.put(row));
const drop = (key) => within("readwrite", (rows) => rows.delete(key));
const mine = async () => (await within("readonly", (rows) => rows.getAll())).filter((row) => row.owner === reader);
const here = async () => (await mine()).filter((row) => row.target === target).sort((a, b) => a.at.localeCompare(b.at));

function status(text, tone = "info") {
  const box = part("status");
  box.hidden = !text;
  box.className = `note note-${tone}`;
  box.textContent = text;
}

async function count() {
  const rows = (await mine()).filter((row) => row.ready);
  const photos = rows.filter((row) => row.file).length;
  const notes = rows.length - photos;
  const refused = rows.filter((row) => row.refused).length;
  if (!rows.length) return status("");
  const what = say(`${photos} 張相片、${notes} 則紀錄`, `${photos} photographs, ${notes} notes`);
  if (refused) return status(say(`${what}還在這台裝置，其中 ${refused} 筆沒有收下，原因寫在下面。`, `${what} are still on this device; ${refused} were not taken, see below why.`), "warning");
  status(say(`${what}等著送，網路恢復就自動送出；關掉這一頁也不會不見。`, `${what} wait to be sent; they go when the network is back and stay if you close this page.`), "warning");
}

async function draw() {
  const list = part("list");
  const rows = await here();
  for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
  list.replaceChildren(...rows.map(line));
  await count();
}

function line(row) {
  const item = document.createElement("li");
  item.dataset.key = row.key;
  if (row.file) {
    const image = document.createElement("img");
    image.src = URL.createObjectURL(row.file);
    image.alt = "";
    item.append(image);
  }
  const text = document.createElement("div");
  if (row.file && !row.ready) {
    const label = document.createElement("label");
    label.className = "lab";
    label.textContent = captionWord;
    const input = document.createElement("input");
    input.className = "inp";
    input.maxLength = 300;
    input.value = row.fields.caption ?? "";
    input.addEventListener("input", () => {
      row.fields.caption = input.value;
      put(row);
    });
    label.append(input);
    text.append(label);
  } else {
    const words = document.createElement("p");
    words.textContent = row.file ? row.fields.caption || row.name : `${noteWord}　${row.fields.text}`;
    text.append(words);
  }
  const state = document.createElement("p");
  state.className = row.refused ? "meta t-bad" : "meta";
  state.textContent = row.refused ? refusedWord + row.refused : row.going ? goWord : row.ready ? waitWord : draftWord;
  const off = document.createElement("button");
  off.type = "button";
  off.className = "link";
  off.textContent = takeOff;
  off.addEventListener("click", async () => {
    await drop(row.key);
    await draw();
  });
  state.append("　", off);
  text.append(state);
  item.append(text);
  return item;
}

async function choose(input) {
  for (const file of input.files) {
    const data = new Blob([await file.arrayBuffer()], { type: file.type }); // what the picker lends is gone with the page
    await put({ key: fresh(), owner: reader, target, at: new Date().toISOString(), file: data, name: file.name || "photo.jpg", ready: false, fields: {} });
  }
  input.value = "";
  await draw();
}

// Everything that is ready goes to the server, one after another; a row goes away only when the server has it.
let running = false;
async function send() {
  if (running || !navigator.onLine) return;
  running = true;
  let sent = 0;
  try {
    for (const row of (await mine()).filter((each) => each.ready && !each.refused)) {
      const body = new FormData();
      body.set("key", row.key);
      body.set("at", row.at);
      for (const [name, value] of Object.entries(row.fields)) if (value !== "" && value != null) body.set(name, value);
      if (row.file) body.set("photo", row.file, row.name);
      let answer;
      try {
        answer = await fetch(row.target, { method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content ?? "", Accept: "application/json" } });
      } catch {
        break; // no network after all
      }
      if (answer.ok) {
        await drop(row.key);
        sent += 1;
        continue;
      }
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status >= 500 || answer.status === 429) {
        if (answer.status < 500 && answer.status !== 429) status(say("要重新登入才能送；東西還在這台裝置。請重新整理這一頁。", "Sign in again to send; everything is still on this device. Reload this page."), "error");
        running = false;
        return;
      }
      const told = await answer.json().catch(() => null);
      if (!told) {
        status(say("要重新登入才能送；東西還在這台裝置。請重新整理這一頁。", "Sign in again to send; everything is still on this device. Reload this page."), "error");
        running = false;
        return;
      }
      row.refused = told.message;
      await put(row);
    }
  } finally {
    running = false;
  }
  await draw();
  if (sent && part("status").hidden) status(say(`已送出 ${sent} 筆，都存好了。`, `${sent} sent and kept.`), "success");
}

async function submit(event) {
  event.preventDefault();
  const given = Object.fromEntries(["text", "works", "longitude", "latitude"].map((name) => [name, form.elements[name]?.value.trim() ?? ""]));
  const rows = (await here()).filter((row) => !row.ready);
  if (!rows.length && !given.text) return status(say("還沒有相片，也沒有寫現場情形。至少要有一樣。", "There is neither a photograph nor a note. Give at least one."), "error");
  const where = { longitude: given.longitude, latitude: given.latitude };
  for (const row of rows) await put({ ...row, ready: true, fields: { ...row.fields, ...where, session } });
  if (given.text) await put({ key: fresh(), owner: reader, target, at: new Date().toISOString(), ready: true, fields: { text: given.text, works: given.works, ...where, session } });
  for (const name of ["text", "works"]) if (form.elements[name]) form.elements[name].value = "";
  form.querySelector("[data-draft-clear]")?.click();
  form.dispatchEvent(new Event("input", { bubbles: true }));
  session = fresh();
  await draw();
  await send();
}

function locate() {
  const told = part("where");
  told.hidden = false;
  if (!navigator.geolocation) return void (told.textContent = say("這個瀏覽器不給位置，請在下面打經緯度。", "This browser gives no position; type it below."));
  told.textContent = say("定位中…", "Locating…");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.longitude.value = coords.longitude.toFixed(6);
      form.elements.latitude.value = coords.latitude.toFixed(6);
      told.textContent = say(`位置 ${coords.longitude.toFixed(6)}, ${coords.latitude.toFixed(6)}，誤差約 ${Math.round(coords.accuracy)} 公尺`, `Position ${coords.longitude.toFixed(6)}, ${coords.latitude.toFixed(6)}, within ${Math.round(coords.accuracy)} m`);
    },
    () => (told.textContent = say("拿不到位置：可能沒有允許，或收不到訊號。可以在下面打經緯度，或不填。", "No position: not allowed, or no signal. Type it below or leave it out.")),
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
  );
}

store.then(
  () => {
    part("tools").hidden = false;
    part("plain").hidden = true;
    form.addEventListener("submit", submit);
    for (const name of ["shot", "album"]) part(name).addEventListener("change", (event) => choose(event.target));
    part("place").addEventListener("click", locate);
    window.addEventListener("online", send);
    setInterval(send, 20000);
    draw().then(send);
  },
  () => {}, // no store: the plain form stays
);
