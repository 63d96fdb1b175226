// The official TypeScript SDK through its calls for sessions and events.
import assert from 'node:assert/strict';
import test from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { collect, connect, startServer } from './server.mjs';

const { url } = await startServer();
const { client } = connect(url);
const { agents, environments, memoryStores: stores, sessions } = client.beta;
const say = (text) => ({ type: 'user.message', content: [{ type: 'text', text }] });
const types = (events) => events.map((event) => event.type);

const agent = await agents.create({ name: 'Mail', model: 'claude-opus-4-8' });
const environment = await environments.create({ name: 'Office', config: { type: 'self_hosted' } });
const made = (more) => sessions.create({ agent: agent.id, environment_id: environment.id, ...more });

/** What a program that runs an agent records, by this server's own route. */
const record = (session, events) => client.post(`/ext/v1/sessions/${session.id}/events`, { body: { events } });

test('a session is created, updated, archived and deleted', async () => {
  const store = await stores.create({ name: 'Team Notes', description: 'agreed' });
  const session = await made({
    agent: { type: 'agent_with_overrides', id: agent.id, version: 1, system: 'Be brief.' },
    title: 'Monday', metadata: { user_id: 'u1' }, resources: [{ type: 'memory_store', memory_store_id: store.id, access: 'read_only' }],
  });
  assert.deepEqual([session.status, session.agent.system, session.resources[0].mount_path], ['idle', 'Be brief.', '/mnt/memory/team-notes']);
  assert.deepEqual((await sessions.retrieve(session.id)).resources, session.resources);
  assert.deepEqual(await collect(sessions.resources.list(session.id)), session.resources);
  await assert.rejects(made({ resources: [{ type: 'file', file_id: 'file_1' }] }), Anthropic.BadRequestError);

  const changed = await sessions.update(session.id, { title: null, metadata: { user_id: null }, agent: { tools: [{ type: 'agent_toolset_20260401' }] } });
  assert.deepEqual([changed.title, changed.metadata, changed.agent.tools.length], [null, {}, 1]);
  const [thread] = await collect(sessions.threads.list(session.id));
  assert.equal((await sessions.threads.retrieve(thread.id, { session_id: session.id })).id, thread.id);

  const archived = await sessions.archive(session.id);
  assert.deepEqual([archived.status, archived.archived_at !== null], ['terminated', true]);
  await assert.rejects(sessions.events.send(session.id, { events: [say('late')] }), Anthropic.BadRequestError);
  assert.deepEqual(await sessions.delete(session.id), { id: session.id, type: 'session_deleted' });
  await assert.rejects(sessions.retrieve(session.id), Anthropic.NotFoundError);
});

test('sessions are listed both ways', async () => {
  const other = await agents.create({ name: 'Other', model: 'm' });
  const ids = [];
  for (let i = 0; i < 5; i++) ids.push((await sessions.create({ agent: other.id, environment_id: environment.id })).id);
  const list = { agent_id: other.id, limit: 2, statuses: ['idle', 'running'] };

  assert.deepEqual((await collect(sessions.list({ ...list, order: 'asc' }))).map((one) => one.id), ids);
  assert.deepEqual((await collect(sessions.list(list))).map((one) => one.id), ids.toReversed());
  const first = await sessions.list(list);
  const second = await first.getNextPage();
  assert.deepEqual((await sessions.list({ ...list, page: second.prev_page })).data, first.data);
});

test('events are sent, listed and streamed', async () => {
  const session = await made();
  const stream = await sessions.events.stream(session.id, { event_deltas: ['agent.message'] });
  const { data: [sent] } = await sessions.events.send(session.id, { events: [say('Good morning.')] });
  assert.equal(sent.processed_at, null);
  await record(session, [{ type: 'session.status_running' }, { id: 'toolu_1', type: 'agent.tool_use', name: 'read', input: {} }]);
  await sessions.events.send(session.id, { events: [{ type: 'user.tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: '4417' }] }] });
  await record(session, [{ type: 'session.status_idle', stop_reason: { type: 'end_turn' }, stop_details: null }]);
  const expected = ['user.message', 'session.error', 'session.status_idle', 'session.status_running', 'agent.tool_use', 'user.tool_result', 'session.status_idle'];
  const got = [];
  for await (const event of stream) if (got.push(event) === expected.length) break;

  assert.deepEqual(types(got), expected);
  assert.equal(got[0].id, sent.id);
  const listed = await collect(sessions.events.list(session.id, { limit: 3 }));
  assert.deepEqual(new Set(listed.map((event) => event.id)), new Set(got.map((event) => event.id)));
  assert.deepEqual(types(await collect(sessions.events.list(session.id, { types: ['agent.tool_use', 'user.tool_result'], order: 'desc' }))), ['user.tool_result', 'agent.tool_use']);
  assert.deepEqual(await collect(sessions.events.list(session.id, { 'created_at[gt]': listed.at(-1).processed_at })), []);
});

test('a stream ends after the session is deleted', async () => {
  const session = await made();
  const stream = await sessions.events.stream(session.id);
  await sessions.delete(session.id);
  assert.deepEqual(types(await collect(stream)), ['session.deleted']);
});

test('a session token writes as its session and sends results of tools alone', async () => {
  const store = await stores.create({ name: 'Notes' });
  const session = await made({ resources: [{ type: 'memory_store', memory_store_id: store.id }] });
  const { token } = await client.post(`/ext/v1/sessions/${session.id}/tokens`);
  const worker = connect(url, { apiKey: token }).client.beta;

  await worker.memoryStores.memories.create(store.id, { path: '/a', content: 'x' });
  const [version] = await collect(stores.memoryVersions.list(store.id));
  assert.deepEqual(version.created_by, { type: 'session_actor', session_id: session.id });
  await worker.sessions.events.send(session.id, { events: [{ type: 'user.tool_result', tool_use_id: 'x' }] });
  await assert.rejects(worker.sessions.events.send(session.id, { events: [say('forged')] }), Anthropic.PermissionDeniedError);
  await assert.rejects(worker.sessions.retrieve((await made()).id), Anthropic.NotFoundError);
});
