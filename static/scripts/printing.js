// data-print prints the page; print.css makes a handout of a lesson.

document.addEventListener("click", ({ target }) => target.closest("[data-print]") && print());
