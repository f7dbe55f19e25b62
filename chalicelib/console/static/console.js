"use strict";
// What pages do better with a script; each of them works without.
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  // A message is for once: a page that is reloaded or sent on does not repeat it.
  const address = new URL(location.href);
  if (address.searchParams.has("said")) {
    address.searchParams.delete("said");
    history.replaceState(history.state, "", address);
  }

  // The first field that is wrong, or else the list of errors.
  const wrong = document.querySelector("[aria-invalid=true]");
  if (wrong && document.querySelector(".summary")) wrong.focus();

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 5000);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => { delete form.dataset.sent; }));

  // In the column of quantities Enter and the arrows lead to the next row, Ctrl+S saves.
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.ctrlKey && event.key.toLowerCase() === "s") {
      const save = document.querySelector("button[name=save]");
      if (save) { event.preventDefault(); save.click(); }
      return;
    }
    if (!field.matches || !field.matches("input.quantity") || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const column = field.dataset.column;
    const fields = [...document.querySelectorAll("input.quantity")].filter((one) => one.dataset.column === column);
    const next = fields[fields.indexOf(field) + step];
    if (event.key === "Enter" && !next) return;
    event.preventDefault();
    if (next) { next.focus(); next.select(); }
  });

  // A button that acts on what is ticked says how many that are.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-count]");
    if (!form) return;
    const count = form.querySelectorAll("input[type=checkbox]:checked").length;
    form.querySelectorAll(".chosen").forEach((shown) => { shown.textContent = count; });
  });

  // What is under way is asked for again, after one second and ever later up to five; its end shows the whole page.
  const poll = (wait) => setTimeout(async () => {
    const shown = document.getElementById("progress");
    let page;
    try {
      const answer = await fetch(location.href);
      if (!answer.ok) throw new Error(answer.status);
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch { poll(5000); return; }
    const now = page.getElementById("progress");
    if (!now || !now.hasAttribute("data-poll")) { location.reload(); return; }
    shown.replaceChildren(...now.childNodes);
    poll(Math.min(wait * 1.4, 5000));
  }, wait);
  if (document.querySelector("[data-poll]")) poll(1000);

  // "/" leads to the search, unless something is being typed.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    const search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  });
})();
