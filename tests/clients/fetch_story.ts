// The buyer's story through the client that openapi-generator makes for typescript-fetch.
//
// fetch_story register BASE EMAIL PASSWORD, then fetch_story order BASE EMAIL PASSWORD CONFIRMATION_TOKEN SHOP_ID
import assert from "node:assert/strict";
import {
  AccountsApi,
  BasketApi,
  CatalogueApi,
  Configuration,
  OfferInfo,
  OrdersApi,
  ProductsSortEnum,
  ResponseError,
} from "./fetch";

async function register(base: string, email: string, password: string): Promise<void> {
  const accounts = new AccountsApi(new Configuration({ basePath: base }));
  const done = await accounts.userRegister({
    registration: { firstName: "Анна", lastName: "Круглова", email, password },
  });
  assert.equal(done.status, true);
}

async function order(base: string, email: string, password: string, confirmation: string, shopId: string): Promise<void> {
  const anyone = new Configuration({ basePath: base });
  await new AccountsApi(anyone).userRegisterConfirm({ confirmation: { email, token: confirmation } });
  const { token } = await new AccountsApi(anyone).userLogin({ login: { email, password } });
  const buyer = new Configuration({ basePath: base, accessToken: token });
  const accounts = new AccountsApi(buyer);
  assert.equal((await accounts.userDetails()).email, email);
  const offer = await find(new CatalogueApi(anyone), Number(shopId));
  const form = { city: "Тверь", street: "Садовая", phone: "+7 900 000-00-00" };
  const extra = await accounts.userContactAdd({ contactForm: form });
  const contact = await accounts.userContactAdd({ contactForm: form });
  await accounts.userContactDelete({ deletion: { items: [extra.id] } });
  assert.deepEqual((await accounts.userContacts()).map((one) => one.id), [contact.id]);
  await fill(new BasketApi(buyer), offer);
  await place(new BasketApi(buyer), new OrdersApi(buyer), contact.id, offer);
}

async function find(catalogue: CatalogueApi, shopId: number): Promise<OfferInfo> {
  const shops = await catalogue.shops({ pageSize: 100 });
  assert.ok(shops.results.some((one) => one.id === shopId));
  const listed = await catalogue.products({ shopId });
  assert.ok(Array.isArray(listed));
  const page = await catalogue.products({ shopId, limit: 1, sort: ProductsSortEnum.Name });
  assert.ok(!Array.isArray(page));
  assert.equal(page.results.length, 1);
  const card = await catalogue.product({ offerId: listed[0].id });
  assert.equal(card.offers[0].price, listed[0].price);
  return listed[0];
}

async function fill(basket: BasketApi, offer: OfferInfo): Promise<void> {
  const added = await basket.basketAdd({ newItems: { items: [{ productInfo: offer.id, quantity: 2 }] } });
  assert.equal(added.status, true);
  const bulk = await basket.basketBulk({
    bulkItems: { items: [{ productInfo: offer.id, quantity: 1 }, { productInfo: 1, quantity: 1 }] },
  });
  assert.equal(bulk.added, 1);
  await basket.basketChange({ changedItems: { items: [{ id: offer.id, quantity: 3 }] } });
  await assert.rejects(
    basket.basketChange({ changedItems: { items: [{ id: offer.id, quantity: 1_000_000 }] } }),
    (refused: unknown) => refused instanceof ResponseError && refused.response.status === 409,
  );
}

async function place(basket: BasketApi, orders: OrdersApi, contact: number, offer: OfferInfo): Promise<void> {
  const [shown] = await basket.basket();
  assert.equal(shown.orderedItems[0].quantity, 3);
  assert.equal(shown.contact, null);
  const wish = { placement: { id: shown.id, contact, version: shown.version }, idempotencyKey: shown.version };
  const placed = await orders.orderPlace(wish);
  assert.deepEqual(await orders.orderPlace(wish), placed);
  const card = await orders.orderOne({ orderId: placed.id });
  assert.equal(card.number, placed.number);
  assert.ok(card.dt instanceof Date && !Number.isNaN(card.dt.getTime()));
  assert.equal(card.orderedItems[0].productInfo.product.name, offer.product.name);
  const listed = await orders.orders();
  assert.ok(Array.isArray(listed) && listed.length === 1);
  assert.equal((await orders.orderCancel({ orderId: placed.id })).state, "canceled");
  assert.equal((await orders.orderRepeat({ orderId: placed.id })).added, 1);
  await basket.basketRemove({ deletion: { items: [offer.id] } });
  assert.deepEqual(await basket.basket(), []);
}

const [chapter, ...rest] = process.argv.slice(2);
const [base, email, password, confirmation, shopId] = rest;
(chapter === "register" ? register(base, email, password) : order(base, email, password, confirmation, shopId)).catch(
  (failure) => {
    console.error(failure);
    process.exit(1);
  },
);
