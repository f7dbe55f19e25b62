// Shows openapi.json with Swagger UI. The page has the language, the texts of the viewer and where the API is.
"use strict";

const page = JSON.parse(document.getElementById("page").textContent);
const base = new URL(page.base, location.href).href.replace(/\/$/, "");

// Rules that hold for every text would hide what is particular to a field.
const EVERY_TEXT = "^[^\\x00-\\x1f";

function readable(node) {
  if (Array.isArray(node)) return node.map(readable);
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !(key === "pattern" && String(value).startsWith(EVERY_TEXT)))
      .map(([key, value]) => [key, readable(value)]),
  );
}

// Swagger UI shows groups by their names, and calls those that the page itself was reached by.
function prepared(description) {
  const names = Object.fromEntries(description.tags.map((tag) => [tag.name, tag["x-displayName"]]));
  for (const path of Object.values(description.paths)) {
    for (const call of Object.values(path)) call.tags = call.tags.map((tag) => names[tag]);
  }
  const tags = description.tags.map((tag) => ({ name: tag["x-displayName"] }));
  return readable({ ...description, tags, servers: [{ url: base }] });
}

// Swagger UI speaks English only.
function translate(root) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    const said = page.texts[node.nodeValue.trim()];
    if (said && !node.parentElement.closest("pre, code, textarea, .renderedMarkdown")) node.nodeValue = said;
  }
  for (const field of root.querySelectorAll?.("[placeholder]") ?? []) {
    if (page.texts[field.placeholder]) field.placeholder = page.texts[field.placeholder];
  }
}

function follow(root) {
  translate(root);
  new MutationObserver((changes) => {
    for (const change of changes) translate(change.type === "characterData" ? change.target.parentElement : change.target);
  }).observe(root, { childList: true, subtree: true, characterData: true });
}

function open(link) {
  const group = [...document.querySelectorAll(".opblock-tag")].find((one) => one.dataset.tag === link.dataset.tag);
  if (!group) return;
  if (group.dataset.isOpen === "false") group.click();
  group.scrollIntoView({ behavior: "smooth" });
}

async function show() {
  document.getElementById("base").textContent = base;
  const answer = await fetch(`${base}/openapi.json`, { headers: { "Accept-Language": page.language } });
  const root = document.getElementById("viewer");
  SwaggerUIBundle({
    domNode: root,
    spec: prepared(await answer.json()),
    docExpansion: "none",
    defaultModelsExpandDepth: -1,
    defaultModelExpandDepth: 3,
    defaultModelRendering: "model",
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
    requestInterceptor: (request) => {
      request.headers["Accept-Language"] ??= page.language;
      return request;
    },
  });
  if (page.language !== "en") follow(root);
  for (const link of document.querySelectorAll("nav a[data-tag]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      open(link);
    });
  }
}

show().catch((failure) => {
  document.getElementById("viewer").textContent = String(failure);
});
