// What every page shares: appearance, and single-key shortcuts which a person may switch off (WCAG 2.1.4).
// Any element with data-shortcut="x" is focused (fields) or pressed (links, buttons) by that key.
(() => {
  const root = document.documentElement;

  const remember = (name, value) => {
    try {
      if (value) localStorage.setItem(name, value);
      else localStorage.removeItem(name);
    } catch {
      // Not remembered then; it holds for this page.
    }
  };

  const offerAppearance = () => {
    for (const choice of document.querySelectorAll("input[name='theme']")) {
      choice.checked = choice.value === (root.dataset.theme ?? "");
      choice.addEventListener("change", () => {
        if (choice.value) root.dataset.theme = choice.value;
        else delete root.dataset.theme;
        remember("theme", choice.value);
      });
    }
  };

  const offerShortcuts = () => {
    const choice = document.querySelector("input[name='shortcuts']");
    if (!choice) return;
    choice.checked = root.dataset.shortcuts !== "off";
    choice.addEventListener("change", () => {
      if (choice.checked) delete root.dataset.shortcuts;
      else root.dataset.shortcuts = "off";
      remember("shortcuts", choice.checked ? "" : "off");
    });
  };

  const isTyping = (element) =>
    element instanceof HTMLElement && (element.isContentEditable || element.matches("input, select, textarea"));

  const press = (event) => {
    if (root.dataset.shortcuts === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || event.key.length !== 1) return;
    const target = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    if (isTyping(target)) target.focus();
    else target.click();
  };

  offerAppearance();
  offerShortcuts();
  document.addEventListener("keydown", press);
})();
