// The buyer's story through openapi-fetch with the types that openapi-typescript makes.
//
// typed_story register BASE EMAIL PASSWORD, then typed_story order BASE EMAIL PASSWORD CONFIRMATION_TOKEN SHOP_ID
import assert from "node:assert/strict";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema";

type Offer = components["schemas"]["OfferInfo"];

function required<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

async function register(api: Client<paths>, email: string, password: string): Promise<void> {
  const body = { first_name: "Анна", last_name: "Круглова", email, password, type: "buyer" as const };
  assert.equal(required(await api.POST("/user/register", { body })).Status, true);
}

async function order(api: Client<paths>, email: string, password: string, token: string, shopId: number): Promise<void> {
  required(await api.POST("/user/register/confirm", { body: { email, token } }));
  const session = required(await api.POST("/user/login", { body: { email, password } }));
  api.use({
    onRequest: ({ request }) => {
      request.headers.set("Authorization", `Bearer ${session.Token}`);
    },
  });
  assert.equal(required(await api.GET("/user/details")).email, email);
  const offer = await find(api, shopId);
  const form = { city: "Тверь", street: "Садовая", phone: "+7 900 000-00-00" };
  const contact = required(await api.POST("/user/contact", { body: form })).id;
  await fill(api, offer);
  await place(api, contact, offer);
}

async function find(api: Client<paths>, shopId: number): Promise<Offer> {
  const shops = required(await api.GET("/shops", { params: { query: { page_size: 100 } } }));
  assert.ok(shops.results.some((one) => one.id === shopId));
  const listed = required(await api.GET("/products", { params: { query: { shop_id: shopId } } }));
  assert.ok(Array.isArray(listed));
  const query = { shop_id: shopId, limit: 1, sort: "name" as const };
  const page = required(await api.GET("/products", { params: { query } }));
  assert.ok(!Array.isArray(page));
  assert.equal(page.results.length, 1);
  const path = { offer_id: listed[0].id };
  assert.equal(required(await api.GET("/products/{offer_id}", { params: { path } })).offers[0].price, listed[0].price);
  return listed[0];
}

async function fill(api: Client<paths>, offer: Offer): Promise<void> {
  const added = required(await api.POST("/basket", { body: { items: [{ product_info: offer.id, quantity: 2 }] } }));
  assert.equal(added["Создано объектов"], 1);
  const changed = required(await api.PUT("/basket", { body: { items: [{ id: offer.id, quantity: 3 }] } }));
  assert.equal(changed["Обновлено объектов"], 1);
  const { error } = await api.PUT("/basket", { body: { items: [{ id: offer.id, quantity: 1_000_000 }] } });
  assert.ok(error && "rows" in error);
  assert.equal(error.rows[0].possible, offer.quantity);
}

async function place(api: Client<paths>, contact: number, offer: Offer): Promise<void> {
  const [shown] = required(await api.GET("/basket"));
  const body = { id: shown.id, contact, version: shown.version };
  const params = { header: { "Idempotency-Key": shown.version } };
  const placed = required(await api.POST("/order", { params, body }));
  assert.deepEqual(required(await api.POST("/order", { params, body })), placed);
  const path = { order_id: placed.id };
  const card = required(await api.GET("/order/{order_id}", { params: { path } }));
  assert.equal(card.ordered_items[0].product_info.product.name, offer.product.name);
  const listed = required(await api.GET("/order"));
  assert.ok(Array.isArray(listed) && listed.length === 1);
  assert.equal(required(await api.POST("/order/{order_id}/cancel", { params: { path }, body: {} })).state, "canceled");
  assert.equal(required(await api.POST("/order/{order_id}/repeat", { params: { path } })).added, 1);
  const removed = required(await api.DELETE("/basket", { body: { items: [offer.id] } }));
  assert.equal(removed["Удалено объектов"], 1);
}

const [chapter, baseUrl, email, password, token, shopId] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl });
(chapter === "register" ? register(api, email, password) : order(api, email, password, token, Number(shopId))).catch(
  (failure) => {
    console.error(failure);
    process.exit(1);
  },
);
