// Deciding by key: a, c and x press a button, and with an empty note they lead to the note first, so that
// nothing is posted by one key alone. From the note, Ctrl and Enter sends it as what was pressed last.
(() => {
  const decideByKey = (form) => {
    const note = form.querySelector("textarea");
    const hint = form.querySelector("[role='status']");
    const buttons = [...form.querySelectorAll("button[name='decision']")];
    let intended = buttons[0];
    let isSent = false;

    const lead = (button) => {
      intended = button;
      const word = button.firstChild.textContent.trim();
      hint.textContent = `${hint.dataset.needs} ${hint.dataset.sends} ${word}.`;
      note.focus();
    };

    for (const button of buttons) {
      button.addEventListener("click", (event) => {
        // A key of its own (js/shell.js) clicks without a person having touched the button.
        const byKey = !event.isTrusted;
        if (note.value.trim() || !(byKey || button.matches("[data-needs-note]"))) return;
        event.preventDefault();
        lead(button);
      });
    }

    note.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (note.value.trim()) form.requestSubmit(intended);
    });

    form.addEventListener("submit", (event) => {
      if (isSent) event.preventDefault();
      isSent = true;
    });
    addEventListener("pageshow", () => {
      isSent = false;
    });
  };

  for (const form of document.querySelectorAll("form[data-review]")) decideByKey(form);
})();
