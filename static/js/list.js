// A list's address says what was chosen and no more, so that it can be read and mailed; without a script it also
// says, at some length, what was not. And Escape closes the choice of columns.
(() => {
  const form = document.querySelector("form.list-form");
  if (!form) return;
  const layout = form.querySelector("details.layout");

  form.addEventListener("formdata", ({ formData }) => {
    const columns = formData.getAll("columns").join(",");
    formData.set("columns", columns === layout.dataset.columns ? "" : columns);
    const usual = { lifecycle: "active", per_page: "50" };
    for (const [name, value] of [...formData]) if (!value || value === usual[name]) formData.delete(name);
  });

  layout.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !layout.open) return;
    layout.open = false;
    layout.querySelector("summary").focus();
  });
})();
