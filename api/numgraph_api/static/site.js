// Makes pages a little easier; everything works without it.
// Query page: Ctrl+Enter sends.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches?.("textarea[name=query]")) {
    event.target.form.requestSubmit();
  }
});
