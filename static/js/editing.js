// Forms of a benchmark: look through long lists of choices, and suggest the next code of the theme one ticks.
// Without this file the lists scroll, and an empty code is filled in when the form is saved.
(() => {
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const offerSearch = (search) => {
    const picker = search.closest(".picker");
    const count = picker.querySelector("[data-picker-count]");
    const choices = [...picker.querySelectorAll(".choice")].map((choice) => [choice, fold(choice.textContent)]);
    search.addEventListener("input", () => {
      const words = fold(search.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const [choice, text] of choices) {
        choice.hidden = !words.every((word) => text.includes(word));
        shown += choice.hidden ? 0 : 1;
      }
      count.textContent = shown === 1 ? count.dataset.one : count.dataset.many.replace("{n}", shown);
    });
    // Enter looks through the list; it does not send the form.
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  };

  const suggestCodes = (code) => {
    let suggested = code.value;
    for (const box of document.querySelectorAll("input[data-code]")) {
      box.addEventListener("change", () => {
        const first = document.querySelector("input[data-code]:checked");
        if (!first || code.value !== suggested) return;
        suggested = first.dataset.code;
        code.value = suggested;
      });
    }
  };

  for (const search of document.querySelectorAll("[data-picker-search]")) offerSearch(search);
  const code = document.querySelector("form[data-editing] input[name='code']");
  if (code) suggestCodes(code);
})();
