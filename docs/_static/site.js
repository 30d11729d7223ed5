// What scrolls by itself can be scrolled by keyboard (WCAG 2.2, 2.1.1), which Furo leaves to browsers.
document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("article :is(pre, .table-wrapper, p:has(> img))")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
});
