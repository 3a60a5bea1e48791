import { defineConfig } from 'vitest/config'

// The suffix of a test file says what it needs; each need is a project, so that it can be run alone.
const needs = ['pg', 'client', 'fuse', 'browser'] as const
const ofNeeds = needs.map((need) => `**/*.${need}.test.ts`)
/** Tests here start servers, workers and programs, and cut them off. */
const running = 'test/{agent,attack,cli,guard,http,mount,recipes,safety,sync,transfer}/**/*.test.ts'
/**
 * What is driven here has a pace that is the machine's: in CI such a test has a second attempt, and
 * the closing lines name each that took it. Rules, contracts and storages have one attempt.
 */
const attemptsMore = process.env['CI'] === 'true' ? 1 : 0

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } }, // on a busy machine things take their time
    projects: [
      {
        extends: true,
        test: {
          name: 'plain',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [running, ...ofNeeds],
        },
      },
      {
        extends: true,
        test: { name: 'running', include: [running], exclude: ofNeeds, retry: attemptsMore },
      },
      ...needs.map((need) => ({
        extends: true as const,
        test: {
          name: need,
          include: [`src/**/*.${need}.test.ts`, `test/**/*.${need}.test.ts`],
          // One server for the run, started only when tests that need it run.
          globalSetup: need === 'pg' ? ['test/support/postgres-server.ts'] : [],
          retry: need === 'pg' ? 0 : attemptsMore,
          // A browser on a busy machine takes its time, and one test walks through many pages.
          ...(need === 'browser'
            ? { testTimeout: 240_000, expect: { poll: { timeout: 15_000 } } }
            : {}),
        },
      })),
    ],
  },
})
