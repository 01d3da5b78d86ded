// "Log progress" on a benchmark's page opens the form there: once, and with the cursor in it. Whatever stands
// in the way (signed out, no connection, an error) is better told by the form's own page.
(() => {
  const place = document.getElementById("log");
  if (!place) return;

  const isAbout = (event) => event.detail.target === place;

  const enter = () => {
    place.scrollIntoView({ block: "start" });
    place.querySelector("input:not([type='hidden']), textarea")?.focus({ preventScroll: true });
  };

  const follow = (event) => {
    event.preventDefault();
    location.assign(event.detail.pathInfo.requestPath);
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!isAbout(event) || !place.querySelector("form")) return;
    event.preventDefault();
    enter();
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isAbout(event)) return;
    const { xhr, pathInfo } = event.detail;
    const arrived = new URL(xhr.responseURL, location.href).pathname;
    if (xhr.status !== 200 || arrived !== pathInfo.requestPath) follow(event);
  });

  document.addEventListener("htmx:sendError", (event) => {
    if (isAbout(event)) follow(event);
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (isAbout(event)) enter();
  });
})();
