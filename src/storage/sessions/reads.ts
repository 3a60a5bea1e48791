import type { SessionReads } from '../port/session-reads.ts'
import { readAgent, readAgents, readAgentVersions } from './agents.ts'
import {
  readEnvironment,
  readEnvironmentKeyBySecret,
  readEnvironmentKeys,
  readEnvironments,
} from './environments.ts'
import { readEvent, readEvents } from './events.ts'
import { readDeletedSessions } from './reap-session.ts'
import type { Script } from './script.ts'
import { readClaimable, readSession, readSessions } from './sessions.ts'
import { readTurn } from './turns.ts'
import { readLiveWork, readToken, readWork, readWorks } from './work.ts'

/** The reads of sessions, by an engine's way to run a script. */
export function sessionReads(run: <Value>(script: Script<Value>) => Promise<Value>): SessionReads {
  return {
    agent: (workspaceId, agentId, version) => run(readAgent(workspaceId, agentId, version)),
    agents: (query) => run(readAgents(query)),
    agentVersions: (agentId, before, limit) => run(readAgentVersions(agentId, before, limit)),
    environment: (workspaceId, id) => run(readEnvironment(workspaceId, id)),
    environments: (query) => run(readEnvironments(query)),
    environmentKeys: (environmentId) => run(readEnvironmentKeys(environmentId)),
    environmentKeyBySecret: (sha256) => run(readEnvironmentKeyBySecret(sha256)),
    session: (workspaceId, sessionId) => run(readSession(workspaceId, sessionId)),
    sessions: (query) => run(readSessions(query)),
    deletedSessions: (limit) => run(readDeletedSessions(limit)),
    claimable: (now, limit) => run(readClaimable(now, limit)),
    events: (query) => run(readEvents(query)),
    event: (sessionId, eventId) => run(readEvent(sessionId, eventId)),
    turn: (sessionId, turnId) => run(readTurn(sessionId, turnId)),
    work: (environmentId, workId) => run(readWork(environmentId, workId)),
    works: (query) => run(readWorks(query)),
    liveWork: (environmentId, limit) => run(readLiveWork(environmentId, limit)),
    token: (sha256) => run(readToken(sha256)),
  }
}
