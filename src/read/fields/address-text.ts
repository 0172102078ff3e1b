/**
 * The text without leading zeros in IPv4 numbers and in the prefix length: `010.0.0.0/08` is
 * `10.0.0.0/8`. The API server reads them as decimal and warns (`ParseCIDRSloppy` of k8s.io/utils/net),
 * because other programs take them for octal.
 */
export function withoutLeadingZeros(text: string): string {
  if (!/(?:^|[.:/])0\d/.test(text)) return text;
  const [address = '', ...prefix] = text.split('/');
  const dotted = address.lastIndexOf(':') + 1;
  const tail = address.slice(dotted);
  const decimal = tail.includes('.') ? tail.split('.').map(withoutZeros).join('.') : tail;
  return [address.slice(0, dotted) + decimal, ...prefix.map(withoutZeros)].join('/');
}

function withoutZeros(number: string): string {
  return /^\d{1,3}$/.test(number) ? String(Number(number)) : number;
}
