/** A ruling denies the port: as the kernel's maps have it, where ids of rulings are never one of these. */
export const DENIED = 0;
/** It accepts the port. */
export const ACCEPTED = 1;
/** It leaves the port to the next tier. */
export const SILENT = 2;
