// data-print prints the page. On paper everything is unfolded, so that nothing of the lesson is missing.

document.addEventListener("click", ({ target }) => target.closest("[data-print]") && print());

addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details:not([open])")) {
    fold.open = true;
    fold.dataset.unfolded = "";
  }
});

addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("details[data-unfolded]")) {
    fold.open = false;
    delete fold.dataset.unfolded;
  }
});
