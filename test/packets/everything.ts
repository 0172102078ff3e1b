/** A Service of pod `a` of the small cluster. */
export const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a', namespace: 'x' },
  spec: { selector: { app: 'a' }, ports: [{ port: 80 }] },
};

/** TCP, UDP, SCTP and ICMP. */
export const EVERYTHING = [
  { protocol: 'TCP', port: 80 },
  { protocol: 'UDP', port: 80 },
  { protocol: 'SCTP', port: 80 },
  { protocol: 'other' },
] as const;

/** What passes when all of {@link EVERYTHING} does, over both families. */
export const ALL = ([4, 6] as const).flatMap((family) =>
  ['TCP/80', 'UDP/80', 'SCTP/80', 'other/0'].map((port) => `${port} over IPv${family}`),
);
