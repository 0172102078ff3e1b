import type { Address } from '../../model/address.ts';

/** The name under which an address leads back to names (RFC 1035, section 3.5; RFC 3596, section 2.5). */
export function reverseName({ family, value }: Address): string {
  const [digits, bits, radix, zone] =
    family === 4 ? [4, 8n, 10, 'in-addr.arpa'] : [32, 4n, 16, 'ip6.arpa'];
  const labels: string[] = [];
  for (let i = 0; i < digits; i++) {
    labels.push(((value >> (BigInt(i) * bits)) & ((1n << bits) - 1n)).toString(radix));
  }
  return `${labels.join('.')}.${zone}`;
}
