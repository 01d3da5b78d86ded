// What is typed into a form with data-kept outlasts an expired session: it stays with this window, encrypted,
// until a page says that something was done. The form is put back as it was, hidden fields included: whatever
// was changed meanwhile by somebody else is told as if it had been sent in time.
(() => {
  const PREFIX = "kept ";
  const SENT = "sent ";
  const OF_THE_WINDOW = new Set(["csrfmiddlewaretoken"]);
  const DONE = "[data-done], .messagelist .success";

  const offer = (form, forget) => {
    const note = document.createElement("div");
    note.className = "note";
    note.setAttribute("role", "status");
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "btn btn-secondary btn-sm button";
    drop.textContent = form.dataset.keptDrop;
    drop.addEventListener("click", () => {
      form.reset();
      forget();
      note.remove();
    });
    note.append(`${form.dataset.keptBack} `, drop);
    form.before(note);
  };

  const keep = async (form) => {
    const name = PREFIX + form.dataset.kept;
    const sealed = new Sealed("sessionStorage", form.dataset.key);
    const typed = () => Words.of(form, OF_THE_WINDOW);
    const put = () => sealed.put(name, typed());
    const forget = () => {
      sealed.drop(name);
      sealed.drop(SENT + name);
    };
    form.addEventListener("input", put);
    form.addEventListener("change", put);
    form.addEventListener("submit", () => {
      put();
      sealed.with((storage) => storage.setItem(SENT + name, "yes"));
    });
    for (const link of form.querySelectorAll("[data-forgets]")) link.addEventListener("click", forget);
    // The server has answered to it, and has given the words back itself.
    if ("answered" in form.dataset) return forget();
    const words = await sealed.get(name);
    sealed.drop(SENT + name);
    if (!words || JSON.stringify(words) === JSON.stringify(typed())) return;
    Words.into(form, words, (field) => OF_THE_WINDOW.has(field));
    offer(form, forget);
  };

  for (const form of document.querySelectorAll("form[data-kept]")) keep(form);
  if (document.querySelector(DONE)) {
    const sealed = new Sealed("sessionStorage");
    for (const sent of sealed.names(SENT)) {
      sealed.drop(sent.slice(SENT.length));
      sealed.drop(sent);
    }
  }
})();
