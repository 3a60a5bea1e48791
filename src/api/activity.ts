import type { ActorId, Capability } from '../domain/caller.ts'
import type { Store, Usage } from '../domain/memory/store.ts'

/** What a workspace does, for those who look after it. */
export interface ActivityApi {
  getActivity(input: ActivityInput): Promise<Activity>
}

export interface ActivityInput {
  /** Days to look back, today included: 1 to 90; 14 when not given. UTC. */
  readonly days?: number | undefined
}

export interface Activity {
  /** Every day that was looked at, oldest first, those without a write included. */
  readonly days: readonly DayOfWrites[]
  /** Who wrote most, at most 20. */
  readonly writers: readonly { readonly actor: ActorId; readonly writes: number }[]
  /** Stores that were written or are near a limit, most written first, at most 50. */
  readonly stores: readonly StoreActivity[]
  /** How many stores were looked at, the newest first. */
  readonly storesSeen: number
  /** Whether every store and every write of the time was counted. */
  readonly isComplete: boolean
}

export interface DayOfWrites {
  /** `2026-11-20`, UTC. */
  readonly date: string
  readonly created: number
  readonly modified: number
  readonly deleted: number
}

export interface StoreActivity {
  readonly store: Store
  readonly usage: LimitedUsage
  readonly writes: number
  /** How full the fullest of its limits is, from 0 to 1. */
  readonly fill: number
}

/** Usage beside the limits that hold for it. */
export interface LimitedUsage extends Usage {
  readonly storeId: string
  readonly memoriesMax: number
  readonly contentBytesMax: number
  readonly versionsMax: number
}

export const activityNeeds: Record<keyof ActivityApi, Capability> = { getActivity: 'read' }
