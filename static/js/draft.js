// The form of an update: saved to the server as one types, and no word is lost when that fails.
//
// Words that have not reached the server yet are kept in this browser, encrypted with a key that only who is
// signed in gets with the page, and removed as soon as the server has them.
(() => {
  const PAUSE = 700;
  const RETRY = 4000;
  const OF_THE_WINDOW = new Set(["csrfmiddlewaretoken", "action", "files"]);

  class Draft {
    constructor(form) {
      this.form = form;
      this.say = form.querySelector("[data-words]").dataset;
      this.state = form.querySelector("[data-state]");
      this.backup = new DraftBackup(form, form.dataset.draftKey || DraftBackup.OWN + form.elements.namedItem("window").value);
      this.rows = new EvidenceRows(this);
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

    // What stands in the way, for nobody to miss, with a link to what helps. Left as it is at each new try:
    // somebody may be about to press the link.
    alarm(text, href = "", word = "") {
      const box = this.form.querySelector("[data-alarm]");
      if (text) this.tell(this.say.unsent);
      if ((box.dataset.said ?? "") === text) return;
      box.dataset.said = text;
      box.hidden = !text;
      box.replaceChildren(text);
      if (!href) return;
      const link = document.createElement("a");
      link.href = href;
      link.target = "_blank";
      link.textContent = word;
      box.append(" ", link);
    }

    changed(event) {
      if (event.target.type === "file") {
        if (event.type === "change" && event.target.files.length) this.rows.upload(event.target);
        return;
      }
      if (!this.isDirty) return;
      this.backup.put(this.words());
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), PAUSE);
    }

    // Saves what is typed, one saving after the other; what is saved already, too, where it has to be certain
    // that the server answers. Resolves to whether the server has it.
    async flush(isForced = false) {
      clearTimeout(this.timer);
      while (this.saving) await this.saving;
      if (this.conflicted || this.leaving) return false;
      if (!this.isDirty && !isForced) return true;
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
      this.isRefused = false;
      if (this.form.querySelector("[data-alarm]").hidden) this.tell(this.say.saving);
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
      if (answer.status === 404) return this.stopped(this.say.gone);
      if (answer.status === 403 && !isJson) return this.refreshed();
      if (!isJson) return this.again(this.say.offline);
      return this.told(answer.status, await answer.json(), typed);
    }

    told(status, said, typed) {
      if (said.wrong === "other") return this.stopped(this.say.other);
      if (said.wrong) {
        // A page that says so gives the words back, but not to somebody whose role is another by now.
        this.isRefused = status !== 403;
        this.alarm(said.wrong, said.see, this.say.see);
        return false;
      }
      this.alarm("");
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
      const discard = this.form.querySelector("[data-discard]");
      discard.hidden = !said.discard;
      discard.setAttribute("formaction", said.discard);
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

    again(text, pause = RETRY) {
      this.tell(text);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), pause);
      return false;
    }

    stopped(text, href = "", word = "") {
      this.again(this.say.unsent);
      this.alarm(text, href, word);
      return false;
    }

    signedOut() {
      return this.stopped(this.say.signedOut, this.say.signInUrl, this.say.signIn);
    }

    // After signing in again the page's token is an old one: fetch the page for a new one, and its author.
    async refreshed() {
      try {
        const answer = await fetch(this.form.getAttribute("action"));
        if (!answer.redirected && [403, 404].includes(answer.status)) return this.stopped(this.say.gone);
        const page = await answer.text();
        const form = new DOMParser().parseFromString(page, "text/html").querySelector("form[data-draft]");
        if (!form) return this.signedOut();
        if (form.dataset.author !== this.form.dataset.author) return this.stopped(this.say.other);
        const fresh = form.querySelector("[name='csrfmiddlewaretoken']").value;
        const isNew = fresh !== this.field("csrfmiddlewaretoken").value;
        for (const each of document.querySelectorAll("[name='csrfmiddlewaretoken']")) each.value = fresh;
        return isNew ? this.again(this.say.saving, 0) : this.again(this.say.offline);
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
      const isLeft = (name) =>
        OF_THE_WINDOW.has(name) || ["version", "window", "author"].includes(name) || /-kind$|_FORMS$/.test(name);
      Words.into(this.form, this.rows.make(words), isLeft);
    }

    // Buttons and keys ------------------------------

    click(event) {
      const pressed = event.target.closest("button, a");
      if (!pressed) return;
      if (pressed.dataset.add) {
        event.preventDefault();
        this.rows.add(pressed.dataset.add);
      } else if (pressed.dataset.day) {
        // The day that the tracker has, which refuses days to come; this browser's may be another one.
        const day = new Date(`${pressed.dataset.today}T12:00:00Z`);
        day.setUTCDate(day.getUTCDate() - Number(pressed.dataset.day));
        this.field("happened_on").value = day.toISOString().slice(0, 10);
        this.field("narrative").focus();
        this.changed(event);
      } else if ("showPreview" in pressed.dataset) {
        this.preview(pressed);
      } else if ("close" in pressed.dataset) {
        this.close();
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
      } else if (event.key === "Escape" && this.form.querySelector("[data-close]")) {
        this.close();
      }
    }

    // The form that was opened in place is put away. What is typed in it is a draft by then, or stays here.
    async close() {
      const isKept = await this.flush();
      if (this.conflicted) return this.form.querySelector(".conflict").focus();
      if (!isKept) await this.backup.put(this.words());
      const note = document.createElement("p");
      note.className = "note";
      note.setAttribute("role", "status");
      if (!isKept) note.append(this.say.offline);
      else if (this.form.dataset.files) {
        const link = document.createElement("a");
        link.href = this.form.getAttribute("action");
        link.textContent = this.say.goOn;
        note.append(`${this.say.closed} `, link);
      }
      this.leaving = true;
      this.form.replaceWith(...(note.childNodes.length ? [note] : []));
      document.querySelector("[data-shortcut='l']")?.focus();
    }

    // What is typed reaches the server as a draft first; only then does the page go, whatever it is sent for.
    async submit(event) {
      if (this.leaving) return;
      event.preventDefault();
      if (this.isSubmitting) return;
      this.isSubmitting = true;
      this.field("narrative").hidden = false;
      // What the server refuses to keep it answers with a page that says why and gives the words back.
      const isAnswered = (await this.flush(true)) || this.isRefused;
      this.isSubmitting = false;
      // Two texts stand: nothing is sent before their author has said which of them goes on.
      if (this.conflicted) this.form.querySelector(".conflict").focus();
      else if (isAnswered) this.send(event.submitter);
      else if (this.form.querySelector("[data-alarm]").hidden) this.alarm(this.say.offline);
    }

    send(button) {
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
