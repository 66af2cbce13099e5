// Before the first paint: the colours that the reader chose, or those of the system. A plain blocking script, so no flash.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const given = root.dataset.themeChoice || "system"; // the reader's setting on the server
  const choice = () => {
    try {
      return localStorage.getItem("shizheng-theme") || given;
    } catch {
      return given; // storage refused by the browser
    }
  };
  const apply = () => {
    const chosen = choice();
    root.dataset.themeChoice = chosen;
    root.dataset.bsTheme = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
    root.dispatchEvent(new CustomEvent("theme-change", { bubbles: true }));
  };
  root.classList.add("js");
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", (event) => event.key === "shizheng-theme" && apply());
  window.shizhengTheme = (chosen) => {
    try {
      localStorage.setItem("shizheng-theme", chosen);
    } catch {
      root.dataset.themeChoice = chosen;
    }
    apply();
  };
})();
