import { readFile } from 'node:fs/promises';
import { nearest } from '../model/nearest.ts';
import { toPlain } from '../read/yaml/node.ts';
import { parseYaml } from '../read/yaml/tree.ts';

/** What a team settles for all its runs of `sluice` in one folder. */
export interface Config {
  /** Codes of findings to leave out. */
  readonly ignore: readonly string[];
}

export const CONFIG_FILE = '.sluice.yaml';

/** A configuration that cannot be followed; the message says where and what to write. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads `.sluice.yaml` of the working folder: `ignore:` with a list of finding codes. An absent file is an
 * empty configuration; throws a ConfigError for anything it does not know.
 */
export async function loadConfig(codes: readonly string[]): Promise<Config> {
  let text: string;
  try {
    text = await readFile(CONFIG_FILE, 'utf8');
  } catch {
    return { ignore: [] };
  }
  const { roots, faults } = parseYaml(text, 0);
  if (faults.length > 0) throw new ConfigError(`${CONFIG_FILE}: ${faults[0]!.message}`);
  const plain = roots[0] === undefined ? {} : toPlain(roots[0]);
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) {
    throw new ConfigError(`${CONFIG_FILE}: write \`ignore:\` and a list of finding codes`);
  }
  const { ignore = [], ...rest } = plain as { ignore?: unknown };
  const [other] = Object.keys(rest);
  if (other !== undefined)
    throw new ConfigError(`${CONFIG_FILE}: unknown key \`${other}\`: only \`ignore\` is known`);
  if (!Array.isArray(ignore))
    throw new ConfigError(`${CONFIG_FILE}: ignore: write a list of finding codes`);
  return { ignore: knownCodes(ignore.map(String), codes) };
}

/** The codes as given; throws a ConfigError for one that no finding has. */
export function knownCodes(given: readonly string[], codes: readonly string[]): readonly string[] {
  for (const code of given) {
    if (codes.includes(code)) continue;
    const meant = nearest(code, codes);
    const remedy =
      meant === undefined ? 'docs/findings.md lists them' : `did you mean \`${meant}\`?`;
    throw new ConfigError(`no finding has the code \`${code}\`: ${remedy}`);
  }
  return given;
}
