// A classic script in <head>, so that what this browser remembers stands before the first paint:
// the theme, and the sizes that were set with a <split-handle>.
(() => {
  const THEME = "coldstart.theme";
  const SIZE = "coldstart.size.";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  /** Storage can be closed to a page (private mode, settings); then nothing is remembered. */
  function storage(action) {
    try {
      return action(localStorage);
    } catch {
      return null;
    }
  }

  function remembered() {
    const theme = storage((store) => store.getItem(THEME));
    return theme === "light" || theme === "dark" ? theme : "system";
  }

  function show(theme) {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const choice of document.querySelectorAll("[data-theme-choice]")) {
      choice.checked = choice.value === theme;
    }
    root.dispatchEvent(new CustomEvent("theme-change", { bubbles: true, detail: { theme } }));
  }

  function choose(theme) {
    storage((store) => {
      if (theme === "system") store.removeItem(THEME);
      else store.setItem(THEME, theme);
    });
    show(theme);
  }

  /** The other theme; where that is what the system wants, the system decides again. */
  function other() {
    const system = dark.matches ? "dark" : "light";
    const opposite = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
    return opposite === system ? "system" : opposite;
  }

  function applySizes(store) {
    for (let index = 0; index < store.length; index += 1) {
      const key = store.key(index);
      if (key.startsWith(`${SIZE}--`)) root.style.setProperty(key.slice(SIZE.length), store.getItem(key));
    }
  }

  show(remembered());
  storage(applySizes);

  addEventListener("storage", (event) => {
    if (event.key === THEME) show(remembered());
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-theme-toggle]")) choose(other());
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-theme-choice]")) choose(event.target.value);
  });
  document.addEventListener("DOMContentLoaded", () => show(remembered()));
})();
