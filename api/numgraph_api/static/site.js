// Makes pages a little easier; everything works without it.
// Query page: Ctrl+Enter sends.
"use strict";

// What is folded on a small screen stands open beside the page on a wide one: the style sheet shows it, this says so.
if (matchMedia("(min-width: 62rem)").matches) {
  document.querySelectorAll("details.fold").forEach((one) => { one.open = true; });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches?.("textarea[name=query]")) {
    event.target.form.requestSubmit();
  }
});
