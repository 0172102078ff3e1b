import { compile as compileNode } from '../compile/transaction/compiler.ts';
import { rulesetText } from '../compile/transaction/text.ts';
import { labCluster, podCidrsOf } from '../lab/state/cluster.ts';
import type { LabCluster } from '../lab/state/cluster.ts';
import { LabRefusal } from '../lab/state/refusal.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Console } from './console.ts';
import { EXIT, UsageError } from './exit.ts';
import { readInput, reportProblems } from './input.ts';
import type { InputOptions } from './input.ts';
import { writeOut } from './output.ts';

export interface CompileOptions extends InputOptions {
  readonly node?: string;
  readonly plain: boolean;
}

/**
 * `sluice compile`: prints the nftables ruleset of one node. Pods without address or node get those that
 * `sluice lab up` gives them.
 */
export async function compile(
  sources: readonly string[],
  options: CompileOptions,
  console: Console,
): Promise<number> {
  const input = await readInput(sources, options, console);
  const lab = concrete(input);
  const node = nodeNamed(lab, options.node);
  for (const note of lab.notes) console.stderr.write(`note: ${note}\n`);
  const ruleset = compileNode(lab.cluster, {
    name: node.node.name,
    podCidrs: podCidrsOf(lab, node),
  });
  await writeOut([rulesetText(ruleset, { annotated: !options.plain })], console);
  return reportProblems(input, console, EXIT.yes);
}

function concrete(input: Cluster): LabCluster {
  try {
    return labCluster(input);
  } catch (error) {
    if (error instanceof LabRefusal) throw new UsageError(error.message);
    throw error;
  }
}

function nodeNamed({ nodes }: LabCluster, name: string | undefined): LabCluster['nodes'][number] {
  const names = nodes.map(({ node }) => `\`${node.name}\``).join(', ');
  if (name === undefined) {
    if (nodes.length === 1) return nodes[0]!;
    throw new UsageError(`a ruleset is one node's: say which by --node, one of ${names}`);
  }
  const found = nodes.find(({ node }) => node.name === name);
  if (found === undefined) throw new UsageError(`there is no node \`${name}\`; there are ${names}`);
  return found;
}
