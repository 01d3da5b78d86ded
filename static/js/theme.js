// Loaded before the first paint, so that a chosen appearance never flashes the other one.
(() => {
  const root = document.documentElement;
  root.dataset.scripted = "";
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (localStorage.getItem("shortcuts") === "off") root.dataset.shortcuts = "off";
  } catch {
    // Storage may be forbidden; the system's appearance serves.
  }
})();
