import { DomainError } from '../domain/errors.ts'

/**
 * How a command ends: 0 done; 1 failed; 2 wrong usage, nothing was tried; 3 not found; 4 conflict
 * (a precondition failed or a path is taken); 5 the server refused the credential; 130 interrupted.
 * The commands in the grammar of `ant` know only 0 and 1, as theirs do.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130

/**
 * One flag of a command. `--help`, parsing, completion and the "did you mean" all read this
 * table.
 */
export interface Option {
  /** Long name without the dashes: `data-dir`. */
  readonly name: string
  /** One letter, for `-r`. */
  readonly short?: string
  /**
   * What stands for the value in the help: `DIR`. Absent: a switch, given or not (`--no-NAME`
   * unsets it).
   */
  readonly value?: string
  /** The flag may be given several times. */
  readonly repeated?: boolean
  /** The only values allowed. */
  readonly choices?: readonly string[]
  /** One line, without a full stop. */
  readonly help: string
  /** Works, but is neither listed nor completed. */
  readonly hidden?: boolean
}

/** What was typed after the command's name, checked against its options. */
export interface Arguments {
  /** The command's name: `keys create`. */
  readonly command: string
  readonly positionals: readonly string[]
  /** The last value given; undefined when the flag was not. */
  text(name: string): string | undefined
  /** Every value given, in order. */
  texts(name: string): readonly string[]
  /** undefined when neither `--NAME` nor `--no-NAME` was given. */
  given(name: string): boolean | undefined
  /** Whether the switch is on. */
  flag(name: string): boolean
}

/** One command, one file: `export const command: Command = { … }`. */
export interface Command {
  /** One word, or a group and a verb: `keys create`. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What follows the program's name: `serve [--port N]`. */
  readonly usage: string
  /**
   * A line that works when typed, with the program's name; several are separated by line breaks.
   */
  readonly example: string
  readonly options: readonly Option[]
  /** More positionals are refused before `run`; default 0, `Infinity` for any number. */
  readonly positionalsMax?: number
  /** A positional that may begin with a dash, for who forgets the `--` before it: "a pattern". */
  readonly dashed?: string
  /** Further paragraphs for `--help`. */
  readonly details?: string
  /**
   * What it throws ends the program with a sentence on stderr: `UsageError` with 2, a `DomainError`
   * with the code of its kind, anything else with 1.
   */
  run(args: Arguments): Promise<ExitCode>
}

/** Wrong use of the command line: the message names the flag and the rule. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What a check gives; a value that it refuses was typed wrong. @throws UsageError */
export function checked<Value>(check: () => Value): Value {
  try {
    return check()
  } catch (error) {
    throw error instanceof DomainError ? new UsageError(error.message) : error
  }
}
