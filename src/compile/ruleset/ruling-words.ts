/** What a ruling says of one port, as the kernel's maps have it: ids of rulings are never these. */
export const DENIED = 0;
export const ACCEPTED = 1;
export const SILENT = 2;
