"""Memory for an agent, from Python: remember, read, change safely, look back, undo, forget."""

import os

import anthropic

client = anthropic.Anthropic(
    base_url=os.environ.get("MEMSTORES_URL", "http://127.0.0.1:7878"),
    api_key=os.environ["MEMSTORES_API_KEY"],
)
stores = client.beta.memory_stores

# A store is one tree of memories: one for each agent, project or customer.
store = stores.create(name="House", description="What we know about the house")

try:
    # Remember. A memory is text at a path; the answer names its version and the hash of its content.
    roof = stores.memories.create(store.id, path="/repairs/roof.md", content="Mended in May.\n")
    stores.memories.create(store.id, path="/repairs/cellar.md", content="Dry.\n")
    stores.memories.create(store.id, path="/people.md", content="The roofer is Ada.\n")

    # Read it back. Retrieving gives the content unless you ask for view="basic".
    read = stores.memories.retrieve(roof.id, memory_store_id=store.id)
    print(f"remembered: {read.content.strip()}")

    # Change it only if it still is what we read: two agents that change a memory at once must not lose either's words.
    unchanged = {"type": "content_sha256", "content_sha256": read.content_sha256}
    stores.memories.update(
        roof.id, memory_store_id=store.id, content=read.content + "Leaks again in June.\n", precondition=unchanged
    )

    # Another agent, who had read the same and comes late, is told so; it reads again and adds to what is there now.
    try:
        stores.memories.update(
            roof.id, memory_store_id=store.id, content=read.content + "Costs 300.\n", precondition=unchanged
        )
    except anthropic.ConflictError as conflict:
        print(f"refused: {conflict.body['error']['type']}")
        fresh = stores.memories.retrieve(roof.id, memory_store_id=store.id)
        stores.memories.update(
            roof.id,
            memory_store_id=store.id,
            content=fresh.content + "Costs 300.\n",
            precondition={"type": "content_sha256", "content_sha256": fresh.content_sha256},
        )

    # Look around. depth=1 is one directory; what lies deeper shows as a memory_prefix.
    print("directory:", ", ".join(item.path for item in stores.memories.list(store.id, path_prefix="/", depth=1)))

    # Look back, newest first. Every change is a version, and stays one.
    versions = list(stores.memory_versions.list(store.id, memory_id=roof.id))
    print("versions:", ", ".join(version.operation for version in versions))

    # Undo: there is no special call for it, an old version's content is written back, and that is one more version.
    first = stores.memory_versions.retrieve(versions[-1].id, memory_store_id=store.id)
    undone = stores.memories.update(roof.id, memory_store_id=store.id, content=first.content, view="full")
    print(f"undone: {undone.content.strip()}")

    # Forget for good. What should never have been written is redacted: its place in history stays, its bytes do not.
    redacted = stores.memory_versions.redact(versions[0].id, memory_store_id=store.id)
    print(f"redacted: content is {'gone' if redacted.content is None else 'there'}")
finally:
    stores.delete(store.id)
