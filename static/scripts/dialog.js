// Dialogs by attributes: data-opens="id" opens a <dialog>, data-closes closes the one around it
// (on a form: when it is sent), a press beside the dialog closes it too. One dialog asks for many
// things: data-asks of what opens it is the thing's name, for the <code data-asked> in the dialog,
// data-asks-action where its <form data-asked> is sent.

function open({ opens, asks, asksAction }) {
  const dialog = document.getElementById(opens);
  if (!dialog || dialog.open) return;
  if (asksAction) {
    dialog.querySelector("code[data-asked]").textContent = asks;
    dialog.querySelector("form[data-asked]").setAttribute("action", asksAction);
  }
  dialog.showModal();
}

function isBeside(event) {
  const box = event.target.getBoundingClientRect();
  const across = event.clientX < box.left || event.clientX > box.right;
  return across || event.clientY < box.top || event.clientY > box.bottom;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) open(opener.dataset);
  const closer = event.target.closest("button[data-closes]");
  if (closer) closer.closest("dialog")?.close();
});

document.addEventListener("pointerdown", (event) => {
  if (event.target.matches("dialog.dialog[open]") && isBeside(event)) event.target.close();
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-closes]")) event.target.closest("dialog")?.close();
});

// htmx has read where a form is sent before anybody asked for a thing.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.matches("form[data-asked]")) detail.path = detail.elt.getAttribute("action");
});
