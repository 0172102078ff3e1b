/** Two labels at least, perhaps `*.` before and a final dot: the pattern of DomainName in clusternetworkpolicy_types.go. */
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?';
const DOMAIN_NAME = new RegExp(`^(?:\\*\\.)?(?:${LABEL}\\.)+${LABEL}\\.?$`);

/** A DNS name, or `*.` and one, as they are compared: lower case, no final dot. Undefined when it is none. */
export function parseDomainName(text: string): string | undefined {
  if (!DOMAIN_NAME.test(text)) return undefined;
  const name = text.toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
