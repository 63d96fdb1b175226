// The official SDK's EnvironmentWorker serves a session of this server: it polls, downloads the stores, runs tools, keeps the stores in sync.
import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { collect, connect, startServer } from './server.mjs';

const { url, directory } = await startServer();
const { client } = connect(url);
const { agents, environments, memoryStores: stores, sessions } = client.beta;
const record = (session, events) => client.post(`/ext/v1/sessions/${session.id}/events`, { body: { events } });

/** What a model would have asked for, and what the worker answered. */
async function use(session, id, name, input, answers) {
  await record(session, [{ id, type: 'agent.tool_use', name, input, evaluated_permission: 'allow' }]);
  for await (const event of answers) if (event.type === 'user.tool_result' && event.tool_use_id === id) return event;
  throw new Error('The stream ended before the tool was run.');
}

test('a worker starts on a session, has its stores, runs its tools and brings back what they wrote', { timeout: 120_000 }, async () => {
  const environment = await environments.create({ name: 'Workshop', config: { type: 'self_hosted' } });
  const agent = await agents.create({ name: 'Smith', model: 'claude-opus-4-8', tools: [{ type: 'agent_toolset_20260401' }] });
  // The worker makes the directory of a store at its mount path, or below its own where that path is none of its own.
  const store = await stores.create({ name: `Workshop ${process.pid}` });
  await stores.memories.create(store.id, { path: '/tools/anvil.md', content: 'The anvil weighs 90 kg.\n' });
  const { token: environmentKey } = await client.post(`/ext/v1/environments/${environment.id}/keys`);
  const session = await sessions.create({ agent: agent.id, environment_id: environment.id, resources: [{ type: 'memory_store', memory_store_id: store.id }] });
  const mounted = session.resources[0].mount_path;

  const answers = await sessions.events.stream(session.id);
  const end = new AbortController();
  const worker = connect(url, { apiKey: null }).client.beta.environments.work.worker({
    environmentId: environment.id, environmentKey, workdir: path.join(directory, 'work'), maxIdleMs: 1_000, memorySyncIntervalMs: 5_000,
  });
  const running = worker.run(end.signal).catch((error) => { if (!end.signal.aborted) throw error; });
  try {
    await record(session, [{ type: 'session.status_running' }]);
    const read = await use(session, 'toolu_read', 'read', { file_path: path.join(mounted, 'tools/anvil.md') }, answers);
    assert.match(JSON.stringify(read.content), /90 kg/);
    const written = await use(session, 'toolu_write', 'write', { file_path: path.join(mounted, 'tools/tongs.md'), content: 'Two pairs.\n' }, await sessions.events.stream(session.id));
    assert.ok(!written.is_error, JSON.stringify(written));
    await record(session, [{ type: 'session.status_idle', stop_reason: { type: 'end_turn' }, stop_details: null }]);
    let item;
    do [item] = await collect(environments.work.list(environment.id)); while (item.state !== 'stopped');
  } finally {
    end.abort();
    await running;
  }

  const memories = await collect(stores.memories.list(store.id, { view: 'full' }));
  assert.deepEqual(memories.map((one) => [one.path, one.content]), [['/tools/anvil.md', 'The anvil weighs 90 kg.\n'], ['/tools/tongs.md', 'Two pairs.\n']]);
  const [version] = await collect(stores.memoryVersions.list(store.id));
  assert.deepEqual(version.created_by, { type: 'session_actor', session_id: session.id });
  await assert.rejects(access(mounted));
});
