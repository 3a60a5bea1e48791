"""The memory calls of the published guide, with the official Python SDK as its users write them.

Prints one JSON object: what came back at each step. The test beside it judges.
"""

import hashlib
import json
import os

import anthropic
from anthropic import Anthropic

client = Anthropic(
    api_key=os.environ["ANTHROPIC_API_KEY"], base_url=os.environ["ANTHROPIC_BASE_URL"]
)
seen = {"sdk": anthropic.__version__}

# The reference of "Create a memory store": its example, then every parameter and every field
beta_managed_agents_memory_store = client.beta.memory_stores.create(
    name="x",
)
assert beta_managed_agents_memory_store.id.startswith("memstore_")
every = client.beta.memory_stores.create(
    name="x", description="d", metadata={"foo": "string"}, betas=["agent-memory-2026-07-22"]
)
seen["every"] = [
    [name, type(getattr(every, name)).__name__]
    for name in (
        "id created_at name type updated_at archived_at description metadata".split()
    )
]
for made in (beta_managed_agents_memory_store, every):
    client.beta.memory_stores.delete(made.id)


def refusal(call):
    """Class, status and type of the error that a call raises."""
    try:
        call()
    except anthropic.APIStatusError as error:
        return [type(error).__name__, error.status_code, error.body["error"]["type"]]
    return None


# Create a store
store = client.beta.memory_stores.create(
    name="User Preferences",
    description="Per-user preferences, prior issues, and project context.",
)
seen["store"] = json.loads(store.to_json())

# Pre-load reference material
content = (
    "# Output formatting\n"
    "- Always reply in Markdown.\n"
    "- Use ISO dates (YYYY-MM-DD).\n"
    "- Prefer SI units.\n"
)
memory = client.beta.memory_stores.memories.create(
    store.id, path="/standards/formatting.md", content=content
)
seen["seeded"] = json.loads(memory.to_json())
seen["hash_matches"] = memory.content_sha256 == hashlib.sha256(content.encode()).hexdigest()
profile = client.beta.memory_stores.memories.create(
    store.id, path="/users/maya/profile.md", content="Maya, Acme Corp, colour #0E7A4F \u2014 \U0001f600"
)

# Inspect what is known of a user
mems = client.beta.memory_stores.memories.list(store.id, view="full", path_prefix="/users/maya/")
seen["listed"] = [[m.path, m.content[:200]] for m in mems.data]
seen["top"] = [
    [m.type, m.path] for m in client.beta.memory_stores.memories.list(store.id, depth=1).data
]

# Correct a memory, only if nobody else did meanwhile
precondition = {"type": "content_sha256", "content_sha256": profile.content_sha256}
updated = client.beta.memory_stores.memories.update(
    profile.id, memory_store_id=store.id, content="corrected", precondition=precondition
)
seen["updated"] = [updated.path, updated.content_size_bytes]
seen["stale"] = refusal(
    lambda: client.beta.memory_stores.memories.update(
        profile.id, memory_store_id=store.id, content="lost", precondition=precondition
    )
)
seen["taken"] = refusal(
    lambda: client.beta.memory_stores.memories.create(
        store.id, path="/users/maya", content="a directory has this name"
    )
)

# Look at the history, and filter it by the times that were read (datetimes with and without zone)
versions = client.beta.memory_stores.memory_versions
history = versions.list(store.id, memory_id=profile.id, view="full")
seen["history"] = [[v.operation, v.content] for v in history.data]
first = history.data[-1]
seen["since"] = [
    len(versions.list(store.id, memory_id=profile.id, created_at_gte=time).data)
    for time in (first.created_at, first.created_at.replace(tzinfo=None))
]
seen["actor"] = first.created_by.type

# Forget: redact what was superseded, delete what is live
redacted = versions.redact(first.id, memory_store_id=store.id)
seen["redacted"] = [redacted.content, redacted.path, redacted.redacted_at is not None]
deleted = client.beta.memory_stores.memories.delete(profile.id, memory_store_id=store.id)
seen["deleted"] = [deleted.id == profile.id, deleted.type]
seen["gone"] = refusal(
    lambda: client.beta.memory_stores.memories.retrieve(profile.id, memory_store_id=store.id)
)

# Paging by itself
for index in range(45):
    client.beta.memory_stores.memories.create(store.id, path=f"/f/{index:02}", content=str(index))
seen["paged"] = [
    m.content
    for m in client.beta.memory_stores.memories.list(store.id, view="full", path_prefix="/f/")
]

seen["archived"] = client.beta.memory_stores.archive(store.id).archived_at is not None
seen["closed"] = refusal(lambda: client.beta.memory_stores.update(store.id, name="x"))
seen["removed"] = client.beta.memory_stores.delete(store.id).type
seen["stores"] = [s.name for s in client.beta.memory_stores.list(include_archived=True)]
print(json.dumps(seen))
