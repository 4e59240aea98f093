/* Tables that are wider than the page say so: how many of their columns are out of view. */
(function () {
  "use strict";

  /* Write how many columns of a table cannot be seen whole now; nothing while all can. */
  function tell(scroll, words) {
    const header = scroll.querySelector("thead tr");
    const view = scroll.getBoundingClientRect();
    const hidden = header && view.width
      ? Array.from(header.cells).filter((cell) => {
          const own = cell.getBoundingClientRect();
          return own.right > view.right + 2 || own.left < view.left - 2;
        }).length
      : 0;
    words.hidden = !hidden;
    // Only what can be scrolled is a stop of the keyboard.
    if (hidden) scroll.tabIndex = 0;
    else scroll.removeAttribute("tabindex");
    words.textContent = hidden ? `${hidden} of ${header.cells.length} columns are out of view: scroll sideways` : "";
  }

  for (const scroll of document.querySelectorAll(".scroll")) {
    const words = document.createElement("p");
    words.className = "cut";
    words.hidden = true;
    scroll.before(words);
    const again = () => tell(scroll, words);
    scroll.addEventListener("scroll", again, { passive: true });
    // Also when it is unfolded, and when the explorer fills it.
    new ResizeObserver(again).observe(scroll);
    new ResizeObserver(again).observe(scroll.querySelector("table"));
  }
})();
