// Before the first paint: the colours that the reader chose, or those of the system. A plain blocking script, so no flash.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  // Kept on this device: what was chosen, and what the reader's own setting was then; a newer setting wins.
  const given = root.dataset.themeGiven;
  const choice = () => {
    try {
      const [chosen, then] = (localStorage.getItem("shizheng-theme") || "").split("|");
      if (chosen && (given === undefined || then === undefined || then === "" || then === given)) return chosen;
    } catch {
      // storage refused by the browser
    }
    return given || "system";
  };
  const apply = () => {
    const chosen = choice();
    root.dataset.themeChoice = chosen;
    root.dataset.bsTheme = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
    root.classList.toggle("dark-mode", root.dataset.bsTheme === "dark"); // what the page of the API goes by
    root.dispatchEvent(new CustomEvent("theme-change", { bubbles: true }));
  };
  root.classList.add("js");
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", (event) => event.key === "shizheng-theme" && apply());
  window.shizhengTheme = (chosen) => {
    try {
      localStorage.setItem("shizheng-theme", `${chosen}|${given ?? ""}`);
    } catch {
      root.dataset.themeChoice = chosen;
    }
    apply();
  };
})();
