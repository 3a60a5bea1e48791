import type { SessionCommand } from '../domain/session/command.ts'
import type { WebhookCommand } from '../domain/webhook/command.ts'
import { isSessionCommand, runSessionCommand } from './sessions/run-command.ts'
import type { Result, Script } from './sessions/script.ts'
import { isWebhookCommand, runWebhookCommand } from './webhooks/run-command.ts'

/** Commands whose statements are the same on both engines. */
export type ScriptedCommand = SessionCommand | WebhookCommand

/**
 * One command: load facts, decide, apply.
 * @param now milliseconds since 1970
 */
export function runScripted(command: ScriptedCommand, now: number): Script<Result> {
  return isWebhookCommand(command)
    ? runWebhookCommand(command, now)
    : runSessionCommand(command, now)
}

export function isScripted<Other extends { readonly type: string }>(
  command: ScriptedCommand | Other,
): command is ScriptedCommand {
  return isSessionCommand(command) || isWebhookCommand(command)
}
