// The rows of evidence in the form of an update, and the files that are sent for them while one types.
class EvidenceRows {
  constructor(draft) {
    this.draft = draft;
    this.form = draft.form;
    // A browser that goes back may remember a count of rows which are not there any more.
    this.count = this.form.querySelectorAll("[data-rows] > .evidence-row").length;
  }

  get count() {
    return Number(this.draft.field("evidence-TOTAL_FORMS").value);
  }

  set count(number) {
    this.draft.field("evidence-TOTAL_FORMS").value = number;
  }

  add(kind, isFocused = true) {
    const template = this.form.querySelector(`template[data-row='${kind}']`);
    this.place(template.innerHTML.replaceAll("__prefix__", String(this.count)), isFocused);
  }

  place(html, isFocused) {
    const rows = this.form.querySelector("[data-rows]");
    rows.insertAdjacentHTML("beforeend", html);
    this.count += 1;
    if (isFocused) rows.lastElementChild.querySelector("input:not([type='hidden']), select")?.focus();
  }

  // Makes the rows that these words speak of; gives the words with the numbers that the rows have here. A file
  // is not among them: if the server has it, it shows it.
  make(words) {
    const said = new Map(words);
    const total = Number(said.get("evidence-TOTAL_FORMS") ?? 0);
    const numbers = new Map();
    for (let number = 0; number < total; number += 1) {
      const kind = said.get(`evidence-${number}-kind`) ?? "link";
      const here = this.draft.field(`evidence-${number}-kind`);
      if (here && here.value === kind) {
        numbers.set(String(number), number);
      } else if (kind !== "file") {
        numbers.set(String(number), this.count);
        this.add(kind, false);
      }
    }
    return words
      .map(([name, value]) => [name.replace(/^evidence-(\d+)-/, (_all, number) => `evidence-${numbers.get(number)}-`), value])
      .filter(([name]) => !name.startsWith("evidence-undefined-"));
  }

  async upload(input) {
    const { say, form } = this.draft;
    form.querySelector("[data-unfit]").replaceChildren();
    // A draft has to be there before it can hold a file, even one in which nothing is written yet.
    if (!form.dataset.files && !(await this.draft.flush(true))) return this.refuse([say.uploadFailed]);
    this.draft.tell(say.uploading);
    const body = new FormData();
    for (const file of input.files) body.append("files", file);
    body.set("csrfmiddlewaretoken", this.draft.field("csrfmiddlewaretoken").value);
    body.set("next", String(this.count));
    try {
      const answer = await fetch(form.dataset.files, { method: "POST", body });
      const said = await answer.json();
      for (const row of said.rows) this.place(row, false);
      this.refuse(said.wrong);
      input.value = "";
      this.draft.tell("");
      await this.draft.flush();
    } catch {
      this.refuse([say.uploadFailed]);
      this.draft.tell("");
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
}
