// Forms work without this file. It leads to the error summary, opens what hides an error, sends a choice at
// once where a button does the same, and asks before unsaved input is lost.

const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

// A link of the summary leads into a closed <details> only if it is opened first.
document.addEventListener("click", (event) => {
  const link = event.target.closest('.error-summary a[href^="#"]');
  if (!link) return;
  const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  event.preventDefault();
  field.closest(".field, .field-set")?.scrollIntoView({ block: "start" });
  field.focus({ preventScroll: true });
});

// <form data-submit-on-change>: the button stays for everybody; arrow keys in a closed select do not send.
for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  let byKey = false;
  form.addEventListener("keydown", (event) => { byKey = event.key.startsWith("Arrow"); });
  form.addEventListener("pointerdown", () => { byKey = false; });
  form.addEventListener("change", () => { if (!byKey) form.requestSubmit(); });
}

// <form data-unsaved>: the browser asks in its own words.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
}

// A second click while the first is on its way must not send twice; the button stays reachable.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  // Where the answer is a file, the page stays and the button is needed again.
  setTimeout(() => { delete form.dataset.sent; }, 3000);
});
