// What is typed into a form: read from it, put back into it, and kept in this browser, encrypted with a key that
// only who is signed in gets with the page.
const Words = {
  // What would be sent, files apart: names and values in the order of the form.
  of(form, except) {
    return [...new FormData(form)].filter(([name, value]) => !except.has(name) && typeof value === "string");
  },

  into(form, words, isLeft) {
    const values = new Map();
    for (const [name, value] of words) values.set(name, [...(values.get(name) ?? []), value]);
    for (const element of form.elements) {
      if (!element.name || isLeft(element.name)) continue;
      const said = values.get(element.name) ?? [];
      if (element.type === "checkbox" || element.type === "radio") element.checked = said.includes(element.value);
      else if (!["file", "submit", "button"].includes(element.type) && said.length) element.value = said[0];
    }
  },
};

const Sealed = (() => {
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const decode = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

  const encode = (view) => {
    const parts = [];
    for (let at = 0; at < view.length; at += 8192) parts.push(String.fromCharCode(...view.subarray(at, at + 8192)));
    return btoa(parts.join(""));
  };

  // One of the browser's two storages. Where it is forbidden or full nothing is kept, and the page serves without.
  return class {
    constructor(storage, key) {
      this.storage = storage;
      this.key = key && crypto.subtle
        ? crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"])
        : null;
    }

    with(act, otherwise = null) {
      try {
        return act(window[this.storage]);
      } catch {
        return otherwise;
      }
    }

    names(beginning) {
      return this.with((storage) => Object.keys(storage).filter((name) => name.startsWith(beginning)), []);
    }

    async put(name, words) {
      if (!this.key) return;
      const salt = crypto.getRandomValues(new Uint8Array(12));
      const text = new TextEncoder().encode(JSON.stringify(words));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: salt }, await this.key, text);
      this.with((storage) => storage.setItem(name, `${encode(salt)}.${encode(new Uint8Array(sealed))}`));
    }

    // The words; null where there are none, or somebody else's.
    async get(name) {
      const [salt, sealed] = (this.with((storage) => storage.getItem(name)) ?? "").split(".");
      if (!sealed || !this.key) return null;
      try {
        const opened = { name: "AES-GCM", iv: decode(salt) };
        const text = await crypto.subtle.decrypt(opened, await this.key, decode(sealed));
        return JSON.parse(new TextDecoder().decode(text));
      } catch {
        return null;
      }
    }

    move(from, to) {
      if (from === to) return;
      this.with((storage) => {
        const kept = storage.getItem(from);
        if (kept) storage.setItem(to, kept);
        storage.removeItem(from);
      });
    }

    drop(name) {
      this.with((storage) => storage.removeItem(name));
    }
  };
})();
