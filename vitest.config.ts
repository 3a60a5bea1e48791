import { defineConfig } from 'vitest/config'

// The suffix of a test file says what it needs; each need is a project, so that it can be run alone.
const needs = ['pg', 'client', 'fuse', 'browser'] as const

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
          exclude: needs.map((need) => `**/*.${need}.test.ts`),
        },
      },
      ...needs.map((need) => ({
        extends: true as const,
        test: {
          name: need,
          include: [`src/**/*.${need}.test.ts`, `test/**/*.${need}.test.ts`],
          // One server for the run, started only when tests that need it run.
          globalSetup: need === 'pg' ? ['test/support/postgres-server.ts'] : [],
          // Programs of other people are driven here, at a pace that is theirs: in CI a test has a
          // second attempt, and the closing lines name each that took it.
          retry: process.env['CI'] === 'true' && need !== 'pg' ? 1 : 0,
          // A browser on a busy machine takes its time, and one test walks through many pages.
          ...(need === 'browser'
            ? { testTimeout: 240_000, expect: { poll: { timeout: 15_000 } } }
            : {}),
        },
      })),
    ],
  },
})
