// The official TypeScript SDK through every call it has for memory stores.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { collect, connect, startServer } from './server.mjs';

const { url } = await startServer();
const { client, requests } = connect(url);
const stores = client.beta.memoryStores;
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const guard = (hash) => ({ type: 'content_sha256', content_sha256: hash });
const newStore = async () => (await stores.create({ name: 'A store' })).id;
const unknown = 'memstore_01ceGPFUY4oTQ3gxaaMvXWXR';

/** The error of a call that is refused, after checking its class, type and request id. */
async function refused(call, expected, type) {
  const error = await call.then(() => assert.fail('The call succeeded.'), (caught) => caught);
  assert.ok(error instanceof expected, `${expected.name} was expected, not ${error}`);
  assert.equal(error.type, type);
  assert.match(error.requestID, /^req_/);
  assert.equal(error.error.request_id, error.requestID);
  return error;
}

test('a store is created, retrieved, updated, archived and deleted', async () => {
  const made = await stores.create({ name: 'Roof', description: 'of the house', metadata: { team: 'blue' } });
  assert.deepEqual(Object.keys(made).sort(), ['archived_at', 'created_at', 'description', 'id', 'metadata', 'name', 'type', 'updated_at']);
  assert.deepEqual(await stores.retrieve(made.id), made);

  const changed = await stores.update(made.id, { name: 'Cellar', description: '', metadata: { team: null, floor: '-1' } });
  assert.deepEqual([changed.name, changed.description, changed.metadata], ['Cellar', '', { floor: '-1' }]);

  const archived = await stores.archive(made.id);
  assert.ok(archived.archived_at);
  assert.deepEqual(await stores.archive(made.id), archived);
  await refused(stores.update(made.id, { name: 'again' }), Anthropic.BadRequestError, 'invalid_request_error');

  assert.deepEqual(await stores.delete(made.id), { id: made.id, type: 'memory_store_deleted' });
  await refused(stores.retrieve(made.id), Anthropic.NotFoundError, 'not_found_error');
});

test('stores are listed page by page within bounds of time', async () => {
  const made = [];
  for (let i = 0; i < 5; i++) made.push(await stores.create({ name: `${i}` }));
  await stores.archive(made[4].id);
  const bounds = { 'created_at[gte]': made[0].created_at, 'created_at[lte]': made[4].created_at, limit: 2 };
  const ids = made.map((store) => store.id).reverse();

  assert.deepEqual((await collect(stores.list({ ...bounds, include_archived: true }))).map((store) => store.id), ids);
  assert.deepEqual((await collect(stores.list(bounds))).map((store) => store.id), ids.slice(1));
  assert.equal((await stores.list({ page: null, limit: 1 })).data.length, 1);
});

test('a memory is created, retrieved, updated and deleted', async () => {
  const memory_store_id = await newStore();
  const made = await stores.memories.create(memory_store_id, { path: '/a.md', content: 'one 🌳' });
  assert.deepEqual([made.content, made.content_sha256, made.content_size_bytes], [null, sha256('one 🌳'), 8]);
  assert.equal((await stores.memories.create(memory_store_id, { path: '/b.md', content: 'full', view: 'full' })).content, 'full');

  assert.equal((await stores.memories.retrieve(made.id, { memory_store_id })).content, 'one 🌳');
  assert.deepEqual(await stores.memories.retrieve(made.id, { memory_store_id, view: 'basic' }), made);

  const changed = await stores.memories.update(made.id, { memory_store_id, path: '/c.md', content: 'two', view: 'full' });
  assert.deepEqual([changed.id, changed.path, changed.content], [made.id, '/c.md', 'two']);

  assert.deepEqual(await stores.memories.delete(made.id, { memory_store_id }), { id: made.id, type: 'memory_deleted' });
  await refused(stores.memories.retrieve(made.id, { memory_store_id }), Anthropic.NotFoundError, 'not_found_error');
});

test('memories are listed page by page, by prefix and by depth', async () => {
  const id = await newStore();
  for (let i = 0; i < 45; i++) await stores.memories.create(id, { path: `/notes/${String(i).padStart(2, '0')}`, content: `${i}` });
  await stores.memories.create(id, { path: '/top', content: '' });

  assert.equal((await stores.memories.list(id)).data.length, 20);
  assert.equal(new Set((await collect(stores.memories.list(id, { limit: 7 }))).map((memory) => memory.path)).size, 46);
  const notes = await collect(stores.memories.list(id, { path_prefix: '/notes/', view: 'full', limit: 100 }));
  assert.deepEqual(notes.map((memory) => memory.content), Array.from({ length: 45 }, (_, i) => `${i}`));
  assert.deepEqual((await collect(stores.memories.list(id, { depth: 1, limit: 1 }))).map((item) => [item.type, item.path]),
    [['memory_prefix', '/notes/'], ['memory', '/top']]);
});

test('a precondition guards an update and a delete', async () => {
  const memory_store_id = await newStore();
  const made = await stores.memories.create(memory_store_id, { path: '/a', content: 'one' });
  const precondition = guard(made.content_sha256);

  const changed = await stores.memories.update(made.id, { memory_store_id, content: 'two', precondition });
  await refused(stores.memories.update(made.id, { memory_store_id, content: 'three', precondition }), Anthropic.ConflictError, 'memory_precondition_failed_error');
  assert.deepEqual(await stores.memories.update(made.id, { memory_store_id, content: 'two', precondition }), changed);
  await refused(stores.memories.delete(made.id, { memory_store_id, expected_content_sha256: made.content_sha256 }), Anthropic.ConflictError, 'memory_precondition_failed_error');
  await stores.memories.delete(made.id, { memory_store_id, expected_content_sha256: changed.content_sha256 });
});

test('versions are listed, filtered, retrieved and redacted', async () => {
  const memory_store_id = await newStore();
  const made = await stores.memories.create(memory_store_id, { path: '/a', content: 'secret' });
  for (let i = 0; i < 4; i++) await stores.memories.update(made.id, { memory_store_id, content: `${i}` });
  await stores.memories.create(memory_store_id, { path: '/b', content: 'other' });
  const versions = stores.memoryVersions;

  const all = await collect(versions.list(memory_store_id, { limit: 2 }));
  assert.equal(new Set(all.map((version) => version.id)).size, 6);
  assert.ok(all.every((version) => version.created_by.type === 'api_actor' && version.created_by.api_key_id.startsWith('apikey_')));
  assert.equal((await versions.list(memory_store_id, { memory_id: made.id, operation: 'modified' })).data.length, 4);
  const at = all[2].created_at;
  assert.deepEqual((await versions.list(memory_store_id, { 'created_at[gte]': at, 'created_at[lte]': at })).data, [all[2]]);
  assert.deepEqual((await versions.list(memory_store_id, { session_id: 'sesn_nobody' })).data, []);

  assert.equal((await versions.retrieve(made.memory_version_id, { memory_store_id })).content, 'secret');
  const redacted = await versions.redact(made.memory_version_id, { memory_store_id });
  assert.deepEqual([redacted.content, redacted.content_sha256, redacted.content_size_bytes, redacted.path], [null, null, null, null]);
  assert.deepEqual(await versions.retrieve(made.memory_version_id, { memory_store_id }), redacted);
  await refused(versions.redact(all[1].id, { memory_store_id }), Anthropic.BadRequestError, 'invalid_request_error');
});

test('errors come as the classes of the SDK', async () => {
  const id = await newStore();
  const there = await stores.memories.create(id, { path: '/notes', content: '' });

  await refused(stores.memories.create(id, { path: 'no slash', content: '' }), Anthropic.BadRequestError, 'invalid_request_error');
  await refused(stores.memories.create(id, { path: '/a', content: 'x'.repeat(102_401) }), Anthropic.BadRequestError, 'invalid_request_error');
  await refused(stores.retrieve(unknown), Anthropic.NotFoundError, 'not_found_error');
  await refused(connect(url, { apiKey: 'wrong' }).client.beta.memoryStores.retrieve(id), Anthropic.AuthenticationError, 'authentication_error');
  const conflict = await refused(stores.memories.create(id, { path: '/notes/todo', content: '' }), Anthropic.ConflictError, 'memory_path_conflict_error');
  assert.equal(conflict.error.error.conflicting_path, '/notes');
  assert.equal(conflict.error.error.conflicting_memory_id, there.id);
});

test('a body over the limit of the server is a ContentTooLargeError', async () => {
  const id = await newStore();
  const expected = Anthropic.ContentTooLargeError ?? Anthropic.APIError;
  await refused(stores.memories.create(id, { path: '/a', content: 'x'.repeat(5 * 1024 * 1024) }), expected, 'request_too_large');
});

test('a conflict is asked for once', async () => {
  const id = await newStore();
  await stores.memories.create(id, { path: '/a', content: '' });
  requests.length = 0;

  await refused(stores.memories.create(id, { path: '/a', content: '' }), Anthropic.ConflictError, 'memory_path_conflict_error');

  assert.equal(requests.length, 1);
});

test('the SDK sends its key as a bearer token, its beta value and no beta parameter', async () => {
  requests.length = 0;
  await stores.list({ betas: ['agent-memory-2026-07-22'] });

  const [{ headers, url: asked }] = requests;
  assert.match(headers.get('authorization'), /^Bearer /);
  assert.equal(headers.get('x-api-key'), null);
  assert.equal(headers.get('anthropic-version'), '2026-10-21');
  assert.match(headers.get('anthropic-beta'), /agent-memory-2026-07-22/);
  assert.equal(asked.search, '');
});

test('ten conditional updates at once: one wins, and nobody asks twice', async () => {
  const memory_store_id = await newStore();
  const made = await stores.memories.create(memory_store_id, { path: '/a', content: 'start' });
  requests.length = 0;

  const ends = await Promise.allSettled(Array.from({ length: 10 }, (_, i) =>
    stores.memories.update(made.id, { memory_store_id, content: `writer ${i}`, precondition: guard(made.content_sha256) })));

  assert.equal(ends.filter((end) => end.status === 'fulfilled').length, 1);
  assert.ok(ends.every((end) => end.status === 'fulfilled' || end.reason instanceof Anthropic.ConflictError));
  assert.equal(requests.length, 10);
});
