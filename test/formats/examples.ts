import { readdirSync } from 'node:fs';

/** The example clusters, as a user names them. */
export const EXAMPLES: readonly string[] = [
  'examples/three-tier',
  'examples/microservices',
  ...readdirSync('examples/lessons', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `examples/lessons/${name}`)
    .sort(),
];
