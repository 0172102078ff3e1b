/** Throws when an object says something that nobody here would look at. */
export function onlyKeys(told: string, object: object, known: readonly string[]): void {
  const unknown = Object.keys(object).filter((key) => !known.includes(key));
  if (unknown.length > 0) {
    throw new Error(`${told}: the virtual packet does not know \`${unknown.join('`, `')}\``);
  }
}
