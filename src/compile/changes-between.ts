/** Found here too, by its own name. */
export { changesBetween } from './change.ts';
