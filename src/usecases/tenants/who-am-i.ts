import type { UseCase } from '../app.ts'

export const whoAmI: UseCase<'whoAmI'> = async (_app, caller) => ({
  workspaceId: caller.workspaceId,
  actor: caller.actor,
  role: caller.role,
})
