// Memory for an agent, from TypeScript: remember, read, change safely, look back, undo, forget.
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: process.env.MEMSTORES_URL ?? 'http://127.0.0.1:7878',
  apiKey: process.env.MEMSTORES_API_KEY,
});
const stores = client.beta.memoryStores;

// A store is one tree of memories: one for each agent, project or customer.
const store = await stores.create({ name: 'House', description: 'What we know about the house' });
const memory_store_id = store.id;

try {
  // Remember. A memory is text at a path; the answer names its version and the hash of its content.
  const roof = await stores.memories.create(store.id, { path: '/repairs/roof.md', content: 'Mended in May.\n' });
  await stores.memories.create(store.id, { path: '/repairs/cellar.md', content: 'Dry.\n' });
  await stores.memories.create(store.id, { path: '/people.md', content: 'The roofer is Ada.\n' });

  // Read it back. Retrieving gives the content unless you ask for view 'basic'.
  const read = await stores.memories.retrieve(roof.id, { memory_store_id });
  console.log(`remembered: ${read.content!.trim()}`);

  // Change it only if it still is what we read: two agents that change a memory at once must not lose either's words.
  const unchangedSince = (content_sha256: string) => ({ type: 'content_sha256' as const, content_sha256 });
  await stores.memories.update(roof.id, {
    memory_store_id,
    content: `${read.content}Leaks again in June.\n`,
    precondition: unchangedSince(read.content_sha256),
  });

  // Another agent, who had read the same and comes late, is told so; it reads again and adds to what is there now.
  try {
    await stores.memories.update(roof.id, {
      memory_store_id,
      content: `${read.content}Costs 300.\n`,
      precondition: unchangedSince(read.content_sha256),
    });
  } catch (conflict) {
    if (!(conflict instanceof Anthropic.ConflictError)) throw conflict;
    console.log(`refused: ${conflict.type}`);
    const fresh = await stores.memories.retrieve(roof.id, { memory_store_id });
    await stores.memories.update(roof.id, {
      memory_store_id,
      content: `${fresh.content}Costs 300.\n`,
      precondition: unchangedSince(fresh.content_sha256),
    });
  }

  // Look around. depth 1 is one directory; what lies deeper shows as a memory_prefix.
  const paths: string[] = [];
  for await (const item of stores.memories.list(store.id, { path_prefix: '/', depth: 1 })) paths.push(item.path);
  console.log(`directory: ${paths.join(', ')}`);

  // Look back, newest first. Every change is a version, and stays one.
  const versions: Anthropic.Beta.MemoryStores.BetaManagedAgentsMemoryVersion[] = [];
  for await (const version of stores.memoryVersions.list(store.id, { memory_id: roof.id })) versions.push(version);
  console.log(`versions: ${versions.map((version) => version.operation).join(', ')}`);

  // Undo: there is no special call for it, an old version's content is written back, and that is one more version.
  const first = await stores.memoryVersions.retrieve(versions.at(-1)!.id, { memory_store_id });
  const undone = await stores.memories.update(roof.id, { memory_store_id, content: first.content!, view: 'full' });
  console.log(`undone: ${undone.content!.trim()}`);

  // Forget for good. What should never have been written is redacted: its place in history stays, its bytes do not.
  const redacted = await stores.memoryVersions.redact(versions[0]!.id, { memory_store_id });
  console.log(`redacted: content is ${redacted.content === null ? 'gone' : 'there'}`);
} finally {
  await stores.delete(store.id);
}
