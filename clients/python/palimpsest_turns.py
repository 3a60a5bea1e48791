"""Gives the official SDK the resource that this server adds: ``client.beta.sessions.turns``.

One line makes the guide run as it is written::

    import palimpsest_turns
"""

from __future__ import annotations

import uuid
from typing import Any, Iterable, List, Optional, Union

from anthropic import BaseModel
from anthropic.resources.beta.sessions.sessions import AsyncSessions, Sessions

__all__ = ["Turn", "TurnMessage", "Turns", "AsyncTurns"]

# A little more than the longest turn, which the server ends at 540 seconds.
_TIMEOUT_SECONDS = 600.0


class TextBlock(BaseModel):
    type: str
    text: str


class TurnMessage(BaseModel):
    id: str
    type: str
    role: str
    content: List[TextBlock]


class ChangedMemory(BaseModel):
    memory_store_id: str
    path: str
    operation: str
    memory_version_id: str


class TurnMemory(BaseModel):
    changed: List[ChangedMemory]
    pending: bool


class StopReason(BaseModel):
    type: str
    event_ids: Optional[List[str]] = None


class TurnUsage(BaseModel):
    input_tokens: int
    output_tokens: int
    cache_read_input_tokens: int
    cache_creation_input_tokens: int


class Turn(BaseModel):
    """A question and everything that came of it.

    Once it is over, ``output[-1].content[0].text`` is there, if only as "".
    """

    id: str
    type: str
    session_id: str
    status: str
    stop_reason: Optional[StopReason] = None
    output: List[TurnMessage]
    usage: Optional[TurnUsage] = None
    memory: TurnMemory
    created_at: str
    completed_at: Optional[str] = None


def _path(session_id: str, turn_id: Optional[str] = None) -> str:
    path = f"/v1/sessions/{session_id}/turns"
    return path if turn_id is None else f"{path}/{turn_id}"


def _body(
    input: Union[str, Iterable[Any]],
    timeout_seconds: Optional[float],
    wait_for_memory: Optional[bool],
) -> dict[str, Any]:
    body: dict[str, Any] = {"input": input if isinstance(input, str) else list(input)}
    if timeout_seconds is not None:
        body["timeout_seconds"] = timeout_seconds
    if wait_for_memory is not None:
        body["wait_for_memory"] = wait_for_memory
    return body


def _options() -> dict[str, Any]:
    # The SDK sends again what got no answer: the key makes that the same turn.
    return {"headers": {"idempotency-key": str(uuid.uuid4())}, "timeout": _TIMEOUT_SECONDS}


class Turns:
    def __init__(self, client: Any) -> None:
        self._client = client

    def create(
        self,
        session_id: str,
        *,
        input: Union[str, Iterable[Any]],
        timeout_seconds: Optional[float] = None,
        wait_for_memory: Optional[bool] = None,
    ) -> Turn:
        """Sends a message and returns when the session rests."""
        body = _body(input, timeout_seconds, wait_for_memory)
        return self._client.post(_path(session_id), cast_to=Turn, body=body, options=_options())

    def retrieve(self, turn_id: str, *, session_id: str) -> Turn:
        """A turn as it stands now."""
        return self._client.get(_path(session_id, turn_id), cast_to=Turn)


class AsyncTurns:
    def __init__(self, client: Any) -> None:
        self._client = client

    async def create(
        self,
        session_id: str,
        *,
        input: Union[str, Iterable[Any]],
        timeout_seconds: Optional[float] = None,
        wait_for_memory: Optional[bool] = None,
    ) -> Turn:
        """Sends a message and returns when the session rests."""
        body = _body(input, timeout_seconds, wait_for_memory)
        return await self._client.post(_path(session_id), cast_to=Turn, body=body, options=_options())

    async def retrieve(self, turn_id: str, *, session_id: str) -> Turn:
        """A turn as it stands now."""
        return await self._client.get(_path(session_id, turn_id), cast_to=Turn)


Sessions.turns = property(lambda self: Turns(self._client))  # type: ignore[attr-defined]
AsyncSessions.turns = property(lambda self: AsyncTurns(self._client))  # type: ignore[attr-defined]
