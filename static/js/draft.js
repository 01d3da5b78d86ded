// The form of an update: saved to the server as one types, and no word is lost when that fails.
//
// Words that have not reached the server yet are kept in this browser, encrypted with a key that only who is
// signed in gets with the page, and removed as soon as the server has them.
(() => {
  const PAUSE = 700;
  const RETRY = 4000;
  const OF_THE_WINDOW = new Set(["csrfmiddlewaretoken", "action", "files"]);

  // What waits in this browser: by author and benchmark, one a draft, or a window where there is no draft yet.
  const OWN = "w";

  class Backup {
    constructor(form, mark) {
      this.sealed = new Sealed("localStorage", form.dataset.key);
      this.place = `draft:${form.dataset.author}:${form.dataset.subject}:`;
      this.name = this.place + mark;
    }

    // Those of windows that closed before the server had made a draft for them.
    orphans() {
      return this.sealed.names(this.place + OWN).filter((name) => name !== this.name);
    }

    moveTo(mark) {
      this.sealed.move(this.name, this.place + mark);
      this.name = this.place + mark;
    }

    put(words) {
      return this.sealed.put(this.name, words);
    }

    get(name = this.name) {
      return this.sealed.get(name);
    }

    drop(name = this.name) {
      this.sealed.drop(name);
    }
  }

  // One form ------------------------------

  class Draft {
    constructor(form) {
      this.form = form;
      this.say = form.querySelector("[data-words]").dataset;
      this.state = form.querySelector("[data-state]");
      this.backup = new Backup(form, form.dataset.draftKey || OWN + form.elements.namedItem("window").value);
      this.kept = this.typed();
      this.timer = null;
      this.saving = null;
      this.leaving = false;
      this.theirs = null;
      this.conflicted = Boolean(form.querySelector(".conflict[role='alert']"));
      form.addEventListener("input", (event) => this.changed(event));
      form.addEventListener("change", (event) => this.changed(event));
      form.addEventListener("focusout", () => this.flush());
      form.addEventListener("click", (event) => this.click(event));
      form.addEventListener("submit", (event) => this.submit(event));
      form.addEventListener("keydown", (event) => this.key(event));
      this.offerBackup();
    }

    // What is typed, in the order of the form: names and values.
    words() {
      return Words.of(this.form, OF_THE_WINDOW);
    }

    typed() {
      const own = new Set(["version", "window", "author", "copy"]);
      return JSON.stringify(this.words().filter(([name]) => !own.has(name)));
    }

    get isDirty() {
      return this.typed() !== this.kept;
    }

    field(name) {
      return this.form.elements.namedItem(name);
    }

    tell(text) {
      if (this.state.textContent !== text) this.state.textContent = text;
    }

    changed(event) {
      if (event.target.type === "file") {
        if (event.type === "change" && event.target.files.length) this.upload(event.target);
        return;
      }
      if (!this.isDirty) return;
      this.backup.put(this.words());
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), PAUSE);
    }

    // Saves what is typed, one saving after the other. Resolves to whether the server has it.
    async flush() {
      clearTimeout(this.timer);
      while (this.saving) await this.saving;
      if (this.conflicted || this.leaving) return false;
      if (!this.isDirty) return true;
      this.saving = this.save();
      try {
        return await this.saving;
      } finally {
        this.saving = null;
      }
    }

    async save() {
      const typed = this.typed();
      const body = new URLSearchParams(this.words());
      body.set("csrfmiddlewaretoken", this.field("csrfmiddlewaretoken").value);
      if (!this.isSignedOut) this.tell(this.say.saving);
      let answer;
      try {
        // Kept alive while the page goes away, where it is short enough for a browser to promise that.
        const keepalive = body.toString().length < 60000;
        answer = await fetch(this.form.dataset.keep, { method: "POST", body, keepalive, headers: { Accept: "application/json" } });
      } catch {
        return this.again(this.say.offline);
      }
      const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
      if (answer.redirected) return this.signedOut();
      if (answer.status === 403 && !isJson) return this.refreshed();
      if (!isJson) return this.again(this.say.offline);
      return this.told(answer.status, await answer.json(), typed);
    }

    told(status, said, typed) {
      if (said.wrong === "other") return this.again(this.say.other);
      if (said.wrong) {
        this.tell(said.wrong);
        this.isRefused = true;
        return false;
      }
      this.isRefused = false;
      this.isSignedOut = false;
      this.point(said);
      this.warn(said.early);
      if (status === 409) return this.conflict(said);
      this.field("version").value = said.version;
      this.field("copy")?.remove();
      this.kept = typed;
      if (!this.isDirty) this.backup.drop();
      const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      this.tell(`${this.say.saved} ${at}`);
      return true;
    }

    // From now on the form belongs to the draft that the server made for it.
    point(said) {
      this.form.dataset.keep = said.keep;
      this.form.dataset.files = said.files;
      this.backup.moveTo(said.update);
      if (this.form.getAttribute("action") === said.edit) return;
      const here = this.form.getAttribute("action");
      this.form.setAttribute("action", said.edit);
      if (location.pathname === here) history.replaceState(null, "", said.edit);
    }

    warn(text) {
      const box = this.form.querySelector("[data-early]");
      box.hidden = !text;
      box.querySelector("[data-early-text]").textContent = text;
    }

    again(text) {
      this.isSignedOut = false;
      this.tell(text);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), RETRY);
      return false;
    }

    signedOut() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), RETRY);
      // Left as it is at each new try: somebody may be about to press the link.
      if (this.isSignedOut) return false;
      this.isSignedOut = true;
      this.tell(`${this.say.signedOut} `);
      const link = document.createElement("a");
      link.href = this.say.signInUrl;
      link.target = "_blank";
      link.textContent = this.say.signIn;
      this.state.append(link);
      return false;
    }

    // After signing in again the page's token is an old one: fetch the page for a new one, and its author.
    async refreshed() {
      try {
        const page = await (await fetch(this.form.getAttribute("action"))).text();
        const form = new DOMParser().parseFromString(page, "text/html").querySelector("form[data-draft]");
        if (!form) return this.signedOut();
        if (form.dataset.author !== this.form.dataset.author) return this.again(this.say.other);
        const fresh = form.querySelector("[name='csrfmiddlewaretoken']").value;
        const isNew = fresh !== this.field("csrfmiddlewaretoken").value;
        for (const each of document.querySelectorAll("[name='csrfmiddlewaretoken']")) each.value = fresh;
        return isNew ? this.again(this.say.saving) : this.again(this.say.offline);
      } catch {
        return this.again(this.say.offline);
      }
    }

    conflict(said) {
      this.conflicted = true;
      this.theirs = said.version;
      const place = this.form.querySelector("[data-conflict]");
      place.innerHTML = said.conflict;
      place.firstElementChild.focus();
      this.tell(this.say.conflict);
      return false;
    }

    keepHere() {
      if (this.theirs) this.field("version").value = this.theirs;
      this.form.querySelector("[data-conflict]").replaceChildren();
      this.conflicted = false;
      this.theirs = null;
      this.kept = "";
      this.field("narrative").focus();
      this.flush();
    }

    // Words that did not reach the server before the page was closed: of this draft, or of none yet.
    async offerBackup() {
      const names = this.form.dataset.draftKey ? [this.backup.name] : this.backup.orphans();
      for (const name of names) {
        const words = await this.backup.get(name);
        if (!words) continue;
        const own = new Set(["version", "window", "author", "copy"]);
        const kept = JSON.stringify(words.filter(([field]) => !own.has(field)));
        if (kept === this.typed()) this.backup.drop(name);
        else this.offer(name, words);
      }
    }

    offer(name, words) {
      const note = document.createElement("div");
      note.className = "note";
      note.setAttribute("role", "status");
      const beginning = (words.find(([field]) => field === "narrative")?.[1] ?? "").slice(0, 60);
      const use = this.button(this.say.use, async () => {
        this.restore(words);
        note.remove();
        this.tell(this.say.restored);
        // Only once the server has them are they given up here.
        if ((await this.flush()) && name !== this.backup.name) this.backup.drop(name);
      });
      const drop = this.button(this.say.drop, () => {
        this.backup.drop(name);
        note.remove();
      });
      note.append(`${this.say.restore} “${beginning}…” `, use, " ", drop);
      this.form.prepend(note);
    }

    button(text, act) {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn btn-secondary btn-sm";
      made.textContent = text;
      made.addEventListener("click", act);
      return made;
    }

    restore(words) {
      const rows = Number(words.find(([name]) => name === "evidence-TOTAL_FORMS")?.[1] ?? 0);
      for (let number = this.rows; number < rows; number += 1) {
        const kind = words.find(([name]) => name === `evidence-${number}-kind`)?.[1] ?? "link";
        if (kind !== "file") this.addRow(kind, false);
      }
      const isLeft = (name) =>
        OF_THE_WINDOW.has(name) || ["version", "window", "author"].includes(name) || /-kind$|_FORMS$/.test(name);
      Words.into(this.form, words, isLeft);
    }

    // Rows of evidence ------------------------------

    get rows() {
      return Number(this.field("evidence-TOTAL_FORMS").value);
    }

    addRow(kind, isFocused = true) {
      const template = this.form.querySelector(`template[data-row='${kind}']`);
      this.place(template.innerHTML.replaceAll("__prefix__", String(this.rows)), isFocused);
    }

    place(html, isFocused) {
      const rows = this.form.querySelector("[data-rows]");
      rows.insertAdjacentHTML("beforeend", html);
      this.field("evidence-TOTAL_FORMS").value = this.rows + 1;
      if (isFocused) rows.lastElementChild.querySelector("input:not([type='hidden']), select")?.focus();
    }

    async upload(input) {
      const unfit = this.form.querySelector("[data-unfit]");
      unfit.replaceChildren();
      if (!this.form.dataset.files) {
        // A draft has to be there before it can hold a file, even one in which nothing is written yet.
        this.kept = "";
        if (!(await this.flush())) return this.refuse([this.say.uploadFailed]);
      }
      this.tell(this.say.uploading);
      const body = new FormData();
      for (const file of input.files) body.append("files", file);
      body.set("csrfmiddlewaretoken", this.field("csrfmiddlewaretoken").value);
      body.set("next", String(this.rows));
      try {
        const answer = await fetch(this.form.dataset.files, { method: "POST", body });
        const said = await answer.json();
        for (const row of said.rows) this.place(row, false);
        this.refuse(said.wrong);
        input.value = "";
        this.tell("");
        await this.flush();
      } catch {
        this.refuse([this.say.uploadFailed]);
        this.tell("");
      }
    }

    refuse(faults) {
      const unfit = this.form.querySelector("[data-unfit]");
      for (const fault of faults) {
        const line = document.createElement("p");
        line.className = "note error";
        line.textContent = fault;
        unfit.append(line);
      }
    }

    // Buttons and keys ------------------------------

    click(event) {
      const pressed = event.target.closest("button, a");
      if (!pressed) return;
      if (pressed.dataset.add) {
        event.preventDefault();
        this.addRow(pressed.dataset.add);
      } else if (pressed.dataset.day) {
        // The day that the tracker has, which refuses days to come; this browser's may be another one.
        const day = new Date(`${pressed.dataset.today}T12:00:00Z`);
        day.setUTCDate(day.getUTCDate() - Number(pressed.dataset.day));
        this.field("happened_on").value = day.toISOString().slice(0, 10);
        this.field("narrative").focus();
        this.changed(event);
      } else if ("showPreview" in pressed.dataset) {
        this.preview(pressed);
      } else if ("keepHere" in pressed.dataset) {
        this.keepHere();
      } else if ("leaves" in pressed.dataset) {
        // A link to what stands in another window: what stands here was put aside by the server.
        this.leaving = true;
        this.backup.drop();
      }
    }

    async preview(button) {
      const place = this.form.querySelector("#log-preview");
      const isShown = !place.hidden;
      place.hidden = isShown;
      button.setAttribute("aria-expanded", String(!isShown));
      button.textContent = isShown ? this.say.show : this.say.write;
      this.field("narrative").hidden = !isShown;
      if (isShown) return;
      const body = new URLSearchParams({ narrative: this.field("narrative").value });
      body.set("csrfmiddlewaretoken", this.field("csrfmiddlewaretoken").value);
      try {
        const answer = await fetch(this.form.dataset.preview, { method: "POST", body });
        if (!answer.ok || answer.redirected) throw new Error("no preview");
        place.innerHTML = await answer.text();
      } catch {
        place.textContent = this.say.offline;
      }
    }

    key(event) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.form.requestSubmit(this.form.querySelector("[data-submit]"));
      }
    }

    // What is typed reaches the server as a draft first; only then does the page go, whatever it is sent for.
    async submit(event) {
      if (this.leaving) return;
      event.preventDefault();
      const button = event.submitter;
      this.field("narrative").hidden = false;
      // What the server refuses to keep it answers with a page that says why and gives the words back.
      const isAnswered = (await this.flush()) || this.isRefused;
      if (this.conflicted) {
        // Two texts stand: nothing is sent before their author has said which of them goes on.
        this.form.querySelector(".conflict").focus();
        return;
      }
      if (!isAnswered) return;
      this.leaving = true;
      if (button?.name) {
        const said = document.createElement("input");
        said.type = "hidden";
        said.name = button.name;
        said.value = button.value;
        this.form.append(said);
      }
      if (button?.hasAttribute("formaction")) this.form.action = button.formAction;
      this.form.submit();
    }
  }

  const drafts = new Set();

  const begin = (root) => {
    const forms = [...root.querySelectorAll("form[data-draft]"), ...(root.matches?.("form[data-draft]") ? [root] : [])];
    for (const form of forms) {
      if (form.dataset.begun) continue;
      form.dataset.begun = "yes";
      drafts.add(new Draft(form));
    }
  };

  // Signing out, too, waits for what is typed.
  document.addEventListener("submit", async (event) => {
    const dirty = [...drafts].filter((each) => each.form.isConnected && !each.leaving && each.isDirty);
    if (event.defaultPrevented || event.target.matches("[data-draft]") || !dirty.length) return;
    event.preventDefault();
    for (const each of dirty) await each.flush();
    event.target.submit();
  });
  for (const name of ["pagehide", "visibilitychange"]) {
    document.addEventListener(name, () => {
      for (const each of drafts) if (each.form.isConnected) each.flush();
    });
  }
  window.addEventListener("beforeunload", (event) => {
    const isLost = [...drafts].some((each) => each.form.isConnected && !each.leaving && each.isDirty);
    if (isLost) event.preventDefault();
  });
  window.addEventListener("online", () => {
    for (const each of drafts) each.flush();
  });
  begin(document);
  document.addEventListener("htmx:load", (event) => begin(event.target));
})();
