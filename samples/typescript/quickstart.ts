// A session with a memory, from TypeScript: an agent, where it runs, a store, a session of them, and what is said in it.
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: process.env.MEMSTORES_URL ?? 'http://127.0.0.1:7878',
  apiKey: process.env.MEMSTORES_API_KEY,
});
const { agents, environments, memoryStores: stores, sessions } = client.beta;

// Who works, where, and what it remembers. Each is made once and used by many sessions.
const agent = await agents.create({ name: 'Caretaker', model: 'claude-opus-4-8', system: 'You look after a house.' });
const environment = await environments.create({ name: 'Here', config: { type: 'self_hosted' } });
const store = await stores.create({ name: 'House', description: 'What we know about the house' });
await stores.memories.create(store.id, { path: '/repairs/roof.md', content: 'Mended in May.\n' });

// One piece of work. The store will be at the path that the session tells.
const session = await sessions.create({
  agent: agent.id,
  environment_id: environment.id,
  title: 'The roof',
  resources: [{ type: 'memory_store', memory_store_id: store.id, access: 'read_write', instructions: 'Note each repair.' }],
});
for (const resource of session.resources) if (resource.type === 'memory_store') console.log(`memory: ${resource.mount_path}`);

// Listen first, then speak: a stream tells what happens from now on.
const stream = await sessions.events.stream(session.id);
await sessions.events.send(session.id, {
  events: [{ type: 'user.message', content: [{ type: 'text', text: 'The roof leaks again.' }] }],
});
for await (const event of stream) {
  console.log(`streamed: ${event.type}`);
  if (event.type === 'session.status_idle') break; // nobody runs the agent yet, and an event has said so
}

// The transcript, as often as you like. What waits for the agent stands at its end, and is not processed yet.
for await (const event of sessions.events.list(session.id)) {
  console.log(`listed: ${event.type}${event.processed_at === null ? ', waits' : ''}`);
}

// With --keep it all stays, for an agent to answer (samples/agent); its session is the last line.
if (process.argv.includes('--keep')) {
  console.log(session.id);
} else {
  await sessions.delete(session.id);
  await stores.delete(store.id);
  await environments.delete(environment.id);
  await agents.archive(agent.id);
}
