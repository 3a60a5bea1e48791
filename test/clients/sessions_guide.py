# The guide, line by line, with one import line more; then the same calls without waiting.
import asyncio
import json
import os

import palimpsest_turns
from anthropic import Anthropic, AsyncAnthropic

client = Anthropic(api_key=os.environ["ANTHROPIC_API_KEY"])
AGENT_ID = client.beta.agents.create(
    name="notes", model="claude-sonnet-5-5", tools=[{"type": "agent_toolset_20260401"}]
).id
ENVIRONMENT_ID = client.beta.environments.create(name="quickstart").id

store = client.beta.memory_stores.create(
    name="User Preferences",
    description="Per-user preferences, prior issues, and project context.",
)
client.beta.memory_stores.memories.create(
    store.id,
    path="/standards/formatting.md",
    content=(
        "# Output formatting\n"
        "- Always reply in Markdown.\n"
        "- Use ISO dates (YYYY-MM-DD).\n"
        "- Prefer SI units.\n"
    ),
)
session = client.beta.sessions.create(
    agent=AGENT_ID,
    environment_id=ENVIRONMENT_ID,
    title="Onboarding Acme Corp",
    resources=[
        {
            "type": "memory_store",
            "memory_store_id": store.id,
            "access": "read_write",
        }
    ],
)
turn = client.beta.sessions.turns.create(
    session_id=session.id,
    input=[
        {
            "role": "user",
            "content": (
                "Hi! I'm Maya from Acme Corp. We are a B2B fintech, "
                "we always ship in EU English (no Oxford comma), and "
                "our brand color is #0E7A4F. Please remember this for next time."
            ),
        }
    ],
)
first = turn
new_session = client.beta.sessions.create(
    agent=AGENT_ID,
    environment_id=ENVIRONMENT_ID,
    resources=[{"type": "memory_store", "memory_store_id": store.id, "access": "read_write"}],
)
turn = client.beta.sessions.turns.create(
    session_id=new_session.id,
    input=[{"role": "user", "content": "Draft a 1-line release note for Maya."}],
)
mems = client.beta.memory_stores.memories.list(store.id, view="full", path_prefix="/users/maya/")

for m in mems.data:
    assert m.path.startswith("/users/maya/") and m.content[:200]

# Quick reference: a read-only mount. The write is refused, and the agent is told so.
shared = client.beta.memory_stores.create(name="Style guides", description="Shared.")
reader = client.beta.sessions.create(
    agent=AGENT_ID,
    environment_id=ENVIRONMENT_ID,
    resources=[{"type": "memory_store", "memory_store_id": shared.id, "access": "read_only"}],
)
refused = client.beta.sessions.turns.create(
    session_id=reader.id,
    input=[{"role": "user", "content": "Please remember that Maya's colour is #0E7A4F."}],
)
unwritten = client.beta.memory_stores.memories.list(shared.id, view="full").data


async def later() -> str:
    own = AsyncAnthropic(api_key=os.environ["ANTHROPIC_API_KEY"])
    asked = await own.beta.sessions.turns.create(new_session.id, input="What is Maya's colour?")
    again = await own.beta.sessions.turns.retrieve(asked.id, session_id=new_session.id)
    return again.output[-1].content[0].text


events = [event.type for event in client.beta.sessions.events.list(session.id)]
print(
    json.dumps(
        {
            "first": first.output[-1].content[0].text,
            "status": [first.status, turn.status],
            "changed": [change.path for change in first.memory.changed],
            "recalled": turn.output[-1].content[0].text,
            "retrieved": client.beta.sessions.turns.retrieve(
                first.id, session_id=session.id
            ).status,
            "later": asyncio.run(later()),
            "memories": [(m.path, m.content[:200]) for m in mems.data],
            "events": [events[0], events[-1]],
            "read_only": [refused.status, reader.resources[0].access, len(unwritten)],
            "archived": client.beta.sessions.archive(session.id).status,
        }
    )
)
