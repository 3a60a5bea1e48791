/**
 * What the source of a change that was brought in says of it, as JSON. Other changes have none.
 */
export const postgres0007 = `
ALTER TABLE changes ADD COLUMN claimed text;
`
