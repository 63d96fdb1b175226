"""A session with a memory, from Python: an agent, where it runs, a store, a session of them, and what is said in it."""

import os
import sys

import anthropic

client = anthropic.Anthropic(
    base_url=os.environ.get("MEMSTORES_URL", "http://127.0.0.1:7878"),
    api_key=os.environ["MEMSTORES_API_KEY"],
)
agents, environments = client.beta.agents, client.beta.environments
stores, sessions = client.beta.memory_stores, client.beta.sessions

# Who works, where, and what it remembers. Each is made once and used by many sessions.
agent = agents.create(name="Caretaker", model="claude-opus-4-8", system="You look after a house.")
environment = environments.create(name="Here", config={"type": "self_hosted"})
store = stores.create(name="House", description="What we know about the house")
stores.memories.create(store.id, path="/repairs/roof.md", content="Mended in May.\n")

# One piece of work. The store will be at the path that the session tells.
session = sessions.create(
    agent=agent.id,
    environment_id=environment.id,
    title="The roof",
    resources=[
        {
            "type": "memory_store",
            "memory_store_id": store.id,
            "access": "read_write",
            "instructions": "Note each repair.",
        }
    ],
)
for resource in session.resources:
    if resource.type == "memory_store":
        print(f"memory: {resource.mount_path}")

# Listen first, then speak: a stream tells what happens from now on.
with sessions.events.stream(session.id) as stream:
    sessions.events.send(
        session.id,
        events=[{"type": "user.message", "content": [{"type": "text", "text": "The roof leaks again."}]}],
    )
    for event in stream:
        print(f"streamed: {event.type}")
        if event.type == "session.status_idle":  # nobody runs the agent yet, and an event has said so
            break

# The transcript, as often as you like. What waits for the agent stands at its end, and is not processed yet.
for event in sessions.events.list(session.id):
    print(f"listed: {event.type}{', waits' if event.processed_at is None else ''}")

# With --keep it all stays, for an agent to answer (samples/agent); its session is the last line.
if "--keep" in sys.argv:
    print(session.id)
else:
    sessions.delete(session.id)
    stores.delete(store.id)
    environments.delete(environment.id)
    agents.archive(agent.id)
