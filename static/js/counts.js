// How many benchmarks each choice of a filter would show. The page does not wait for these numbers: they come after
// it and are written into the choices where they stand, so that nothing moves the focus and nothing is announced.
(() => {
  const form = document.querySelector("form[data-counts]");
  if (!form) return;

  const write = (option, number) => {
    option.dataset.label ??= option.text;
    option.text = `${option.dataset.label} (${number})`;
  };

  const writeAll = (select, counts) => {
    for (const option of select.options) {
      if (!Object.hasOwn(counts, option.value)) continue;
      // What the focus is on would be read out again: that one waits until the focus is elsewhere.
      if (option.selected && select === document.activeElement) {
        select.addEventListener("blur", () => write(option, counts[option.value]), { once: true });
      } else {
        write(option, counts[option.value]);
      }
    }
  };

  const load = async () => {
    const answer = await fetch(form.dataset.counts + location.search, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    for (const [name, counts] of Object.entries(await answer.json())) {
      const select = form.elements.namedItem(name);
      if (select instanceof HTMLSelectElement) writeAll(select, counts);
    }
  };

  // Without the numbers the choices are as they were.
  load().catch(() => {});
})();
