// Fetches the editor only when a page has, or gets, a <code-editor> that is not kept plain.
const load = () => import("../vendor/editor/editor.js");

function loadIfNeeded() {
  if (document.querySelector("code-editor:not([data-plain] *)")) load();
}

loadIfNeeded();
document.addEventListener("htmx:load", loadIfNeeded);
