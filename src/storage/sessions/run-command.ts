import { unreachable } from '../../domain/assert.ts'
import type { SessionCommand } from '../../domain/session/command.ts'
import { archiveAgent, createAgent, updateAgent } from './agents.ts'
import {
  archiveEnvironment,
  createEnvironment,
  createEnvironmentKey,
  deleteEnvironment,
  revokeEnvironmentKey,
  updateEnvironment,
} from './environments.ts'
import { commitForgetting } from '../forget/commit-forgetting.ts'
import { commitInSession } from './in-session.ts'
import { createSession } from './create-session.ts'
import { reapSession } from './reap-session.ts'
import type { Result, Script } from './script.ts'
import { commitWork } from './in-work.ts'

/**
 * One command: load facts, decide, apply.
 * @param now milliseconds since 1970
 */
export function runSessionCommand(command: SessionCommand, now: number): Script<Result> {
  switch (command.type) {
    case 'create_agent':
      return createAgent(command, now)
    case 'update_agent':
      return updateAgent(command, now)
    case 'archive_agent':
      return archiveAgent(command, now)
    case 'create_environment':
      return createEnvironment(command, now)
    case 'update_environment':
      return updateEnvironment(command, now)
    case 'archive_environment':
      return archiveEnvironment(command, now)
    case 'delete_environment':
      return deleteEnvironment(command)
    case 'create_environment_key':
      return createEnvironmentKey(command, now)
    case 'revoke_environment_key':
      return revokeEnvironmentKey(command, now)
    case 'create_session':
      return createSession(command, now)
    case 'update_session':
    case 'archive_session':
    case 'delete_session':
    case 'send_events':
    case 'create_turn':
    case 'finish_turn':
    case 'claim_session':
    case 'renew_lease':
    case 'release_lease':
    case 'append_events':
      return commitInSession(command, now)
    case 'reap_session':
      return reapSession(command.sessionId)
    case 'hand_out_work':
    case 'acknowledge_work':
    case 'heartbeat_work':
    case 'stop_work':
    case 'update_work':
    case 'tend_work':
      return commitWork(command, now)
    case 'redact_texts':
    case 'forget_session':
    case 'save_forgetting':
      return commitForgetting(command)
    default:
      return unreachable(command)
  }
}

const types: Readonly<Record<SessionCommand['type'], true>> = {
  create_agent: true,
  update_agent: true,
  archive_agent: true,
  create_environment: true,
  update_environment: true,
  archive_environment: true,
  delete_environment: true,
  create_environment_key: true,
  revoke_environment_key: true,
  create_session: true,
  update_session: true,
  archive_session: true,
  delete_session: true,
  reap_session: true,
  send_events: true,
  create_turn: true,
  finish_turn: true,
  claim_session: true,
  renew_lease: true,
  release_lease: true,
  append_events: true,
  hand_out_work: true,
  acknowledge_work: true,
  heartbeat_work: true,
  stop_work: true,
  update_work: true,
  tend_work: true,
  redact_texts: true,
  forget_session: true,
  save_forgetting: true,
}

export function isSessionCommand<Other extends { readonly type: string }>(
  command: SessionCommand | Other,
): command is SessionCommand {
  return Object.hasOwn(types, command.type)
}
