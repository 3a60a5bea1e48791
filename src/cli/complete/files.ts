/** A candidate that stands for the shell's own completion of file names. */
export const files = '@files'
