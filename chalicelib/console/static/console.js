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
  if (wrong && document.querySelector(".summary[role=alert]")) wrong.focus();

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    form.querySelectorAll("[data-busy]").forEach((one) => { one.hidden = false; });
    setTimeout(() => { delete form.dataset.sent; }, 5000);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => { delete form.dataset.sent; }));

  const press = (button) => {
    const found = document.querySelector(button);
    if (found) found.click();
    return found !== null;
  };

  // Rows with a code and a quantity: there are always some more to type into.
  const rowsOf = () => [...document.querySelectorAll("[data-line]")];
  const fieldsOf = (row) => [...row.querySelectorAll(".code, .quantity")];
  const addedBehind = (row) => {
    const copy = row.cloneNode(true);
    const number = rowsOf().length + 1;
    const numbered = (text) => text.replace(/\d+$/, number);
    copy.cells[0].textContent = number;
    fieldsOf(copy).forEach((field) => {
      field.value = "";
      field.id = numbered(field.id);
      field.name = numbered(field.name);
      field.setAttribute("aria-label", numbered(field.getAttribute("aria-label")));
    });
    row.after(copy);
    return copy;
  };

  // In the column of quantities Enter and the arrows lead to the next row, Ctrl+S saves, Ctrl+Enter checks.
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.ctrlKey && event.key.toLowerCase() === "s" && press("button[name=save]")) event.preventDefault();
    if (event.ctrlKey && event.key === "Enter" && press("[data-press=check]")) event.preventDefault();
    if (!field.matches || !field.matches("input.quantity, input.code") || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = field.closest("[data-line]");
    if (row && event.key === "Escape") {
      const typed = fieldsOf(row).filter((one) => one.value);
      typed.forEach((one) => { one.value = ""; });
      if (typed.length) fieldsOf(row)[0].focus(); else field.blur();
    }
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const kind = field.matches(".code") || (row && event.key === "Enter") ? "input.code" : "input.quantity";
    const column = field.dataset.column;
    const fields = [...document.querySelectorAll(kind)].filter((one) => row || one.dataset.column === column);
    const place = row ? rowsOf().indexOf(row) : fields.indexOf(field);
    let next = fields[place + step];
    if (!next && row && step > 0) next = addedBehind(row).querySelector(kind);
    if (event.key === "Enter" && !next) return;
    event.preventDefault();
    if (next) { next.focus(); next.select(); }
  });

  // A button that acts on what is ticked says how many that are; one box ticks all.
  const reveal = (kind) => document.querySelectorAll(kind).forEach((one) => { one.closest("[hidden]").hidden = false; });
  reveal("[data-all], [data-print]");
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-count]");
    if (!form) return;
    const all = form.querySelector("[data-all]");
    const boxes = [...form.querySelectorAll("input[type=checkbox][name]")];
    if (event.target === all) boxes.forEach((box) => { box.checked = all.checked; });
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count === boxes.length;
    const rule = new Intl.PluralRules(document.documentElement.lang).select(count);
    form.querySelectorAll("[data-many]").forEach((button) => {
      const { single, few, many } = button.dataset;
      button.textContent = ({ one: single, few }[rule] || many).replace("#", count);
    });
  });
  document.addEventListener("click", (event) => { if (event.target.matches("[data-print]")) print(); });

  // On a phone a row asks for a reason once less is typed.
  document.querySelectorAll("tr[data-was]").forEach((row) => {
    const [quantity, ...others] = row.querySelectorAll("input");
    const show = () => row.classList.toggle("same", !row.matches(".wrong") && quantity?.value === row.dataset.was
      && others.every((one) => (one.type === "checkbox" ? !one.checked : !one.value)));
    row.addEventListener("input", show);
    show();
  });

  // A file that the form cannot carry is not sent in vain.
  document.addEventListener("change", ({ target }) => {
    if (!target.dataset.most) return;
    const over = [...target.files].some((file) => file.size > target.dataset.most);
    target.form.querySelector("[data-over]").hidden = !over;
    target.form.querySelector("button").disabled = over;
  });

  // Poll work in progress, at intervals that grow from one second to five; when it ends, reload the page.
  const poll = (wait) => setTimeout(async () => {
    const shown = document.getElementById("progress");
    let page;
    try {
      const answer = await fetch(location.href);
      if (!answer.ok) throw new Error(answer.status);
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.redirected) { location.replace(answer.url); return; }
    } catch { poll(5000); return; }
    const now = page.getElementById("progress");
    if (!now || !now.hasAttribute("data-poll")) { location.reload(); return; }
    shown.replaceChildren(...now.childNodes);
    poll(Math.min(wait * 1.4, 5000));
  }, wait);
  if (document.querySelector("[data-poll]")) poll(1000);

  // Lines that are pasted into a row are read and checked by the server, as those of the box are.
  document.addEventListener("paste", (event) => {
    const box = document.querySelector("[data-lines]");
    const text = event.clipboardData.getData("text");
    if (!box || !event.target.closest("[data-line]") || !/[\n\t]/.test(text.trim())) return;
    event.preventDefault();
    box.value += (box.value && "\n") + text;
    press("[data-press=check]");
  });
  document.addEventListener("change", (event) => {
    const after = event.target.dataset.pressAfter;
    if (after && event.target.value) press(`[data-press=${after}]`);
  });
  const copied = document.querySelector("[data-copied]");
  const copy = document.querySelector("[data-copy]");
  if (copied && copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", () => { copied.select(); navigator.clipboard.writeText(copied.value); });
  }

  // "/" leads to the search and "?" to the list of keys, unless something is being typed.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    const keys = document.querySelector("[data-keys]");
    if (event.key === "?" && keys) {
      keys.open = !keys.open;
      keys.firstElementChild.focus();
    }
    const search = document.querySelector("input[type=search]");
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
  });
})();
