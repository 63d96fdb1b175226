// The SDK's own worker keeps a directory and a store in step; section 9 of the contract is what it expects.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { SessionMemoryStores } from '@anthropic-ai/sdk/tools/agent-toolset/memories';
import { collect, connect, startServer } from './server.mjs';

const { url, directory } = await startServer();
const { client, requests } = connect(url);
const { memoryStores: stores } = client.beta;

/** Every memory of a store as [path, content], by path. */
const contents = async (id) => (await collect(stores.memories.list(id, { view: 'full' }))).map((memory) => [memory.path, memory.content]);

let mounts = 0;

/** A store of these memories, downloaded to a directory as for a session. */
async function mounted(memories, access = 'read_write') {
  const id = (await stores.create({ name: 'A store' })).id;
  for (const [name, content] of Object.entries(memories)) await stores.memories.create(id, { path: name, content });
  const mount_path = path.join(directory, `mount-${mounts++}`);
  const worker = new SessionMemoryStores(client, { workdir: directory });
  await worker.download({ resources: [{ type: 'memory_store', memory_store_id: id, name: 'A store', access, mount_path }] });
  return { id, worker, file: (name) => path.join(mount_path, name) };
}

test('a store of many pages is downloaded whole, byte for byte', async () => {
  const memories = Object.fromEntries(Array.from({ length: 45 }, (_, i) => [`/dir ${i % 3}/ünï ${i}.md`, `line ${i}\r\n🌳`]));
  const { file } = await mounted(memories);

  for (const [name, content] of Object.entries(memories)) assert.equal(await readFile(file(name), 'utf8'), content);
});

test('new, changed, moved and deleted files become memories', async () => {
  const { id, worker, file } = await mounted({ '/edited': 'one', '/moved': 'stays', '/deleted': 'gone', '/same': 'same' });
  const before = (await stores.memories.list(id)).data.find((memory) => memory.path === '/same');
  await writeFile(file('edited'), 'two');
  await mkdir(file('dir/deep'), { recursive: true });
  await writeFile(file('dir/deep/new.md'), 'new');
  await rename(file('moved'), file('there'));
  await rm(file('deleted'));

  await worker.finish();

  assert.deepEqual(await contents(id), [['/dir/deep/new.md', 'new'], ['/edited', 'two'], ['/same', 'same'], ['/there', 'stays']]);
  assert.deepEqual((await stores.memories.list(id)).data.find((memory) => memory.path === '/same'), before);
  assert.equal((await contents(id)).some(([name]) => name.includes('.anthropic-memory-store')), false);
});

test('what others changed arrives with the next sync, and a sync without news asks for nothing but the list', async () => {
  const { id, worker, file } = await mounted({ '/a': 'one', '/b': 'one' });
  const [a, b] = (await stores.memories.list(id)).data;
  await stores.memories.update(a.id, { memory_store_id: id, content: 'by another' });
  await stores.memories.delete(b.id, { memory_store_id: id });
  await stores.memories.create(id, { path: '/c', content: 'new' });

  await worker.syncAll(false);

  assert.equal(await readFile(file('a'), 'utf8'), 'by another');
  assert.equal(existsSync(file('b')), false);
  assert.equal(await readFile(file('c'), 'utf8'), 'new');
  requests.length = 0;
  await worker.syncAll(false);
  assert.deepEqual(requests.map((request) => [request.method, request.url.pathname]), [['GET', `/v1/memory_stores/${id}/memories`]]);
});

test('of a file changed on both sides the server wins and no version is lost', async () => {
  const { id, worker, file } = await mounted({ '/a': 'one' });
  const [memory] = (await stores.memories.list(id)).data;
  await stores.memories.update(memory.id, { memory_store_id: id, content: 'by another' });
  await writeFile(file('a'), 'by me');

  await worker.syncAll(false);

  assert.equal(await readFile(file('a'), 'utf8'), 'by another');
  assert.deepEqual((await collect(stores.memoryVersions.list(id, { view: 'full' }))).map((version) => version.content), ['by another', 'one']);
});

test('a memory changed after the list was read keeps the other change, and the losing upload is not repeated', async () => {
  const { id, worker, file } = await mounted({ '/a': 'one' });
  const [memory] = (await stores.memories.list(id)).data;
  await writeFile(file('a'), 'by me');
  // The other writer comes between the worker's list and its update.
  const update = stores.memories.update.bind(stores.memories);
  let overtaken = false;
  stores.memories.update = async (...given) => {
    if (!overtaken) {
      overtaken = true;
      await update(memory.id, { memory_store_id: id, content: 'by another' });
      requests.length = 0;
    }
    return update(...given);
  };
  try {
    await worker.syncAll(false);
  } finally {
    delete stores.memories.update;
  }

  assert.ok(overtaken, 'The worker sent its update.');
  assert.equal(requests.filter((request) => request.method === 'POST').length, 1);
  assert.deepEqual(await contents(id), [['/a', 'by another']]);
  await worker.syncAll(false);
  assert.equal(await readFile(file('a'), 'utf8'), 'by another');
});

test('a file the server refuses is skipped and the others go on', async () => {
  const { id, worker, file } = await mounted({ '/a': 'one' });
  await writeFile(file('large'), 'x'.repeat(102_401));
  await writeFile(file('fine'), 'fine');

  await worker.finish();

  assert.deepEqual(await contents(id), [['/a', 'one'], ['/fine', 'fine']]);
});

test('a read-only store is pulled and never pushed', async () => {
  const { id, worker, file } = await mounted({ '/a': 'one' }, 'read_only');
  await writeFile(file('a'), 'by me');
  await writeFile(file('new'), 'by me');

  await worker.finish();

  assert.deepEqual(await contents(id), [['/a', 'one']]);
});

test('the last flush of 200 new files stores each of them', async () => {
  const { id, worker, file } = await mounted({});
  const names = Array.from({ length: 200 }, (_, i) => `file-${String(i).padStart(3, '0')}`);
  await Promise.all(names.map((name) => writeFile(file(name), name)));

  await worker.flushWrites();

  assert.deepEqual(await contents(id), names.map((name) => [`/${name}`, name]));
});
