// Fetches the editor's bundle only when a page has, or gets, a <code-editor>.
const load = () => import("../vendor/editor/editor.js");

function loadIfNeeded() {
  if (document.querySelector("code-editor")) load();
}

loadIfNeeded();
document.addEventListener("htmx:load", loadIfNeeded);
