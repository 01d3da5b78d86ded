// What waits in this browser: by author and benchmark, one a draft, or a window where there is no draft yet.
class DraftBackup {
  static OWN = "w";

  constructor(form, mark) {
    this.sealed = new Sealed("localStorage", form.dataset.key);
    this.place = `draft:${form.dataset.author}:${form.dataset.subject}:`;
    this.name = this.place + mark;
  }

  // Those of windows that closed before the server had made a draft for them.
  orphans() {
    return this.sealed.names(this.place + DraftBackup.OWN).filter((name) => name !== this.name);
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
