import type { ForgetPreview } from '../../api/forget.ts'
import { DomainError, invalid } from '../../domain/errors.ts'
import { Erased, type ErasedRecord } from '../../domain/forget/erased.ts'
import {
  signingKeyOf,
  signReceipt,
  type Kept,
  type Receipt,
  type ReceiptDocument,
} from '../../domain/forget/receipt.ts'
import { parseReasonToForget, parseSubject, sealOf } from '../../domain/forget/subject.ts'
import { unreachableCopies } from '../../domain/forget/unreachable.ts'
import { makeForgetId, type StoreId } from '../../domain/ids.ts'
import { isUnderWay, type Session } from '../../domain/session/session.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { UseCase } from '../app.ts'
import { managedWorkspace } from '../tenants/workspace.ts'
import { erase, removeCopies, type Erasure } from './erase.ts'
import { find, historyOf, sessionsOf, type Findings, type FoundMemory } from './find.ts'

/** Others may write it while it is being forgotten: it is looked for until it is gone. */
const passesMax = 5

export const forget: UseCase<'forget'> = async (app, caller, input) => {
  const workspaceId = managedWorkspace(caller, input)
  const subject = parseSubject(input.subject)
  const reason = parseReasonToForget(input.reason, subject)
  const isDryRun = parseDryRun(input.dryRun)
  const erasure: Erasure = { app, caller, workspaceId, subject }
  const findings = await find(erasure)
  const running = await runningAmong(erasure, findings)
  if (isDryRun) return { type: 'preview', ...(await previewOf(erasure, findings, running)) }
  if (running.length > 0) throw stillRunning(running)
  const receipt = await run(erasure, findings, reason)
  return { type: 'receipt', receipt }
}

function parseDryRun(input: unknown): boolean {
  if (input === undefined || input === null) return false
  if (typeof input !== 'boolean') throw invalid('dry_run', 'must be true or false')
  return input
}

function stillRunning(sessions: readonly string[]): DomainError {
  const message = `sessions run that bear the subject: ${sessions.join(', ')}; interrupt them or wait, then forget again. Nothing was erased.`
  return new DomainError({ code: 'busy', message })
}

async function run(
  erasure: Erasure,
  first: Findings,
  reason: string | undefined,
): Promise<Receipt> {
  const { app, workspaceId, subject } = erasure
  const { storage } = app
  const seal = sealOf(subject, app.cursorKey)
  const open = await storage.forgetting.openRun(workspaceId, seal)
  const startedAt = open?.startedAt ?? app.clock()
  const id = open?.id ?? makeForgetId(startedAt)
  const erased = new Erased()
  const record = open && (JSON.parse(open.body) as ErasedRecord)
  if (record !== undefined) erased.resume(record)
  const save = (body: object, finishedAt: number | undefined) =>
    storage.commit({
      type: 'save_forgetting',
      workspaceId,
      id,
      seal,
      startedAt,
      finishedAt,
      body: JSON.stringify(body),
    })
  let findings = record === undefined ? first : await withRest(erasure, first, record)
  for (let pass = 1; !isNothing(findings); pass += 1) {
    if (pass > passesMax) throw keepsComing()
    await note(erasure, erased, findings)
    await save(erased.record(), undefined)
    await erase(erasure, findings)
    findings = await find(erasure)
  }
  const stores = erased.record().stores.map((store) => ({ id: store }))
  const attached = await sessionsOf({ storage, workspaceId }, stores)
  await removeCopies(app, attached)
  await storage.sweep(new AbortController().signal)
  await storage.forgetting.destroyErased()
  const kept = keptOf({ ...findings, attached })
  const { actor } = erasure.caller
  const document = documentOf({ id, seal, startedAt, reason, actor, kept, erased, ...erasure })
  const receipt = signReceipt(document, app.cursorKey)
  await save(receipt, app.clock())
  return receipt
}

/**
 * With what an interrupted run had begun to erase: half of a history may not bear the subject any
 * more, and has to go with the rest.
 */
async function withRest(
  { app, workspaceId }: Erasure,
  findings: Findings,
  record: ErasedRecord,
): Promise<Findings> {
  const known = new Set(findings.memories.map(({ memoryId }) => memoryId))
  const rest: FoundMemory[] = []
  for (const { store, memory } of record.memories) {
    if (known.has(memory)) continue
    const scope = { workspaceId, storeId: store as StoreId }
    const found = await historyOf(app.storage, scope, memory)
    if (found !== undefined) rest.push(found)
  }
  return { ...findings, memories: [...findings.memories, ...rest] }
}

function keepsComing(): DomainError {
  const message =
    'what is to be forgotten is being written again and again: stop who writes it, then forget again'
  return new DomainError({ code: 'conflict', message })
}

function isNothing(findings: Findings): boolean {
  const { stores, memories, sessions, rows, files, receipts } = findings
  const found = [stores, memories, sessions, rows, files, receipts]
  return found.every(({ length }) => length === 0)
}

/** Adds what was found to what is erased, before it is. */
async function note(erasure: Erasure, erased: Erased, findings: Findings): Promise<void> {
  const { storage } = erasure.app
  for (const { id, workspaceId } of findings.stores) {
    const usage = await storage.view.usage({ workspaceId, storeId: id })
    erased.store(id, usage?.versions ?? 0)
  }
  for (const { storeId, memoryId, versionIds } of findings.memories) {
    erased.memory({ store: storeId, memory: memoryId, versions: versionIds.length })
  }
  for (const { id } of findings.sessions) erased.session(id)
  noteRows(erased, findings, erasure)
}

function noteRows(
  erased: Erased,
  { rows, files, receipts }: Findings,
  { workspaceId }: Erasure,
): void {
  for (const { sessionId } of files) erased.row('session_files', workspaceId, sessionId)
  for (const { place, owner, name } of rows) erased.row(place, owner, name)
  for (const { id, workspace } of receipts) erased.row('forget_receipts', workspace, id)
}

interface Finished extends Erasure {
  readonly id: string
  readonly seal: string
  readonly startedAt: number
  readonly reason: string | undefined
  readonly actor: string
  readonly kept: readonly Kept[]
  readonly erased: Erased
}

function documentOf(finished: Finished): ReceiptDocument {
  const { app, workspaceId, id, seal, actor, kept, erased } = finished
  const { stores, memories, sessions, redacted } = erased.record()
  return {
    format: 'palimpsest-forget-receipt/1',
    id,
    key: signingKeyOf(app.cursorKey).id,
    workspace: workspaceId,
    actor,
    reason: finished.reason ?? null,
    subject: seal,
    started: new Date(finished.startedAt).toISOString(),
    finished: new Date(app.clock()).toISOString(),
    stores,
    memories,
    sessions,
    redacted,
    counts: erased.counts(kept),
    kept,
    unreachable: [...unreachableCopies, ...app.storage.forgetting.unreachable],
  }
}

function keptOf({ attached, webhooks }: Findings): Kept[] {
  return [...attached.map(attachedTo), ...webhooks.map(toldAt)]
}

function toldAt({ id }: Webhook): Kept {
  return { id, why: 'its URL bears the subject: give it another one, or delete the webhook' }
}

function attachedTo({ id }: Session): Kept {
  const why =
    'attached to a store that was erased; its own log was not looked into: forget it by its metadata or by text'
  return { id, why }
}

async function runningAmong(erasure: Erasure, findings: Findings): Promise<string[]> {
  const { app, workspaceId } = erasure
  const { sessions } = app.storage.view
  const owners = findings.rows
    .filter(({ place }) => app.storage.forgetting.isOfSessions(place))
    .map(({ owner }) => owner)
  const whole = findings.sessions.map(({ id }) => id)
  const left = findings.files.map(({ sessionId }) => sessionId)
  const ids = new Set([...owners, ...whole, ...left])
  const running: string[] = []
  for (const id of ids) {
    const status = (await sessions.session(workspaceId, id))?.status
    if (isUnderWay(status)) running.push(id)
  }
  return running
}

async function previewOf(
  erasure: Erasure,
  findings: Findings,
  running: readonly string[],
): Promise<ForgetPreview> {
  const { app } = erasure
  const stores: ForgetPreview['stores'][number][] = []
  for (const { id, name, workspaceId } of findings.stores) {
    const usage = await app.storage.view.usage({ workspaceId, storeId: id })
    const { memories = 0, versions = 0 } = usage ?? {}
    stores.push({ id, name, memories, versions })
  }
  const erased = new Erased()
  noteRows(erased, findings, erasure)
  return {
    stores,
    memories: findings.memories.map(({ storeId, memoryId, path, versionIds }) => {
      return { storeId, memoryId, path, versions: versionIds.length }
    }),
    sessions: findings.sessions.map(({ id }) => id),
    redacted: erased.record().redacted,
    running,
    kept: keptOf(findings),
  }
}
