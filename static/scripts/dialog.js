// Dialogs by attributes: data-opens="id" opens a <dialog>, data-closes closes the one around it
// (on a form: when it is sent), a press beside the dialog closes it too.

function open(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}

function isBeside(event) {
  const box = event.target.getBoundingClientRect();
  const across = event.clientX < box.left || event.clientX > box.right;
  return across || event.clientY < box.top || event.clientY > box.bottom;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) open(opener.dataset.opens);
  const closer = event.target.closest("button[data-closes]");
  if (closer) closer.closest("dialog")?.close();
});

document.addEventListener("pointerdown", (event) => {
  if (event.target.matches("dialog.dialog[open]") && isBeside(event)) event.target.close();
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-closes]")) event.target.closest("dialog")?.close();
});
