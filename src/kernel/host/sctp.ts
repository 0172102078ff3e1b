import { readFileSync } from 'node:fs';
import { libc } from './libc.ts';
import { hasNative } from './native.ts';

const AF_INET = 2;
const SOCK_STREAM = 1;
const IPPROTO_SCTP = 132;

/** Whether this kernel has SCTP sockets (asking may load its module); policies filter SCTP either way. */
export function hasSctp(): boolean {
  if (!hasNative()) return /^SCTP\b/m.test(readFileSync('/proc/net/protocols', 'utf8'));
  const fd = libc().socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP);
  if (fd < 0) return false;
  libc().close(fd);
  return true;
}
