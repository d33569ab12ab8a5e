// What every page does beside its forms: a choice that submits itself, a form that is sent once, a question before what is final,
// the menu of a narrow screen moved to where the reader is, and a place of the Tab key where a table scrolls.
"use strict";
document.addEventListener("change", (event) => {
  const chooser = event.target.closest("[data-submits]");
  if (chooser) chooser.form.requestSubmit();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.ask && !window.confirm(form.dataset.ask)) {
    event.preventDefault();
    return;
  }
  if (form.dataset.once !== undefined) {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
document.addEventListener("click", (event) => {
  const printer = event.target.closest("[data-prints]");
  if (printer) window.print();
  const copier = event.target.closest("[data-copies]");
  if (copier) navigator.clipboard.writeText(document.getElementById(copier.dataset.copies).textContent.trim());
});
const here = document.querySelector(".menu-list [aria-current=page]");
if (here) {
  const list = here.closest(".menu-list");
  list.scrollLeft = here.offsetLeft - list.offsetLeft - (list.clientWidth - here.offsetWidth) / 2;
}
const reach = () => {
  for (const one of document.querySelectorAll(".table-responsive"))
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
    else one.removeAttribute("tabindex");
};
for (const event of ["DOMContentLoaded", "htmx:afterSettle"]) document.addEventListener(event, reach);
window.addEventListener("resize", reach);
