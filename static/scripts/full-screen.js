// data-full-screen="id" gives a part the whole window and takes it back: the editor on a phone.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-full-screen]");
  const part = button && document.getElementById(button.dataset.fullScreen);
  if (!part) return;
  const open = part.classList.toggle("is-full-screen");
  for (const other of document.querySelectorAll(`[data-full-screen="${CSS.escape(part.id)}"]`)) {
    other.setAttribute("aria-expanded", String(open));
  }
});
