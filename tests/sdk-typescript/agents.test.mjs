// The official TypeScript SDK through every call it has for agents and environments.
import assert from 'node:assert/strict';
import test from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { collect, connect, startServer } from './server.mjs';

const { url } = await startServer();
const { agents, environments } = connect(url).client.beta;
const names = (list) => list.map((one) => one.name);

test('an agent is created, updated version by version, and archived', async () => {
  const tools = [{ type: 'agent_toolset_20260401', default_config: { permission_policy: { type: 'always_ask' } } }];
  const made = await agents.create({ name: 'Mail', model: { id: 'claude-opus-4-8', effort: 'high' }, tools, metadata: { team: 'blue' } });
  assert.deepEqual([made.version, made.model, made.tools], [1, { id: 'claude-opus-4-8', speed: 'standard', effort: { type: 'high' } }, tools]);

  const changed = await agents.update(made.id, { version: 1, system: 'Be kind.', metadata: { team: null } });
  assert.deepEqual([changed.version, changed.system, changed.metadata], [2, 'Be kind.', {}]);
  const lost = await agents.update(made.id, { version: 1, name: 'lost' }).catch((caught) => caught);
  assert.ok(lost instanceof Anthropic.ConflictError);
  assert.deepEqual(await agents.update(made.id, { version: 2, system: 'Be kind.' }), changed);

  assert.deepEqual(await agents.retrieve(made.id), changed);
  assert.deepEqual(await agents.retrieve(made.id, { version: 1 }), made);
  assert.deepEqual(await collect(agents.versions.list(made.id, { limit: 1 })), [changed, made]);

  const archived = await agents.archive(made.id);
  assert.ok(archived.archived_at);
  assert.deepEqual(await agents.archive(made.id), archived);
  await assert.rejects(agents.update(made.id, { name: 'again' }), Anthropic.BadRequestError);
  await assert.rejects(agents.retrieve('agent_01ceGPFUY4oTQ3gxaaMvXWXR'), Anthropic.NotFoundError);
});

test('agents are listed page by page within bounds of time', async () => {
  const made = [];
  for (let i = 0; i < 5; i++) made.push(await agents.create({ name: `${i}`, model: 'm' }));
  await agents.archive(made[4].id);
  const bounds = { 'created_at[gte]': made[0].created_at, 'created_at[lte]': made[4].created_at, limit: 2 };

  assert.deepEqual(names(await collect(agents.list(bounds))), ['3', '2', '1', '0']);
  assert.deepEqual(names(await collect(agents.list({ ...bounds, include_archived: true }))), ['4', '3', '2', '1', '0']);
});

test('an environment is created, updated, archived and deleted', async () => {
  const made = await environments.create({ name: 'Office', config: { type: 'cloud', networking: { type: 'limited', allowed_hosts: ['a.example'] } } });
  const changed = await environments.update(made.id, { description: 'new', config: { type: 'cloud', packages: { pip: ['pandas'] } } });
  assert.deepEqual([changed.description, changed.config.networking.allowed_hosts, changed.config.packages.pip], ['new', ['a.example'], ['pandas']]);
  assert.deepEqual(await environments.retrieve(made.id), changed);
  await assert.rejects(environments.update(made.id, { config: { type: 'self_hosted' } }), (caught) => caught.errorCode === 'invalid_config_type_change');
  await assert.rejects(environments.update(made.id, { metadata: { ['k'.repeat(65)]: 'v' } }), (caught) => caught.errorCode === 'invalid_metadata');

  const archived = await environments.archive(made.id);
  assert.ok(archived.archived_at);
  await assert.rejects(environments.update(made.id, { name: 'again' }), (caught) => caught.errorCode === 'environment_archived');
  await environments.create({ name: 'Home', config: { type: 'self_hosted' } });
  assert.deepEqual(names(await collect(environments.list({ limit: 1 }))), ['Home']);
  assert.deepEqual(names(await collect(environments.list({ limit: 1, include_archived: true }))), ['Home', 'Office']);

  assert.deepEqual(await environments.delete(made.id), { id: made.id, type: 'environment_deleted' });
  await assert.rejects(environments.delete(made.id), Anthropic.NotFoundError);
});
