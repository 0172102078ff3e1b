import { isSubjectOf } from '../../evaluate/verdict/match.ts';
import type { NetworkPolicy } from '../../model/policy.ts';
import { UNREADABLE } from '../../model/selector.ts';
import { Anchors, removeFrom } from './anchors.ts';
import type { PodIndex } from './pod-index.ts';
import type { PodRecord } from './pod-record.ts';
import { PolicyRecord } from './policy-record.ts';
import type { PortSetTable } from './port-set-table.ts';

/** The policies of the cluster, and whom of this node's pods they select: found by label, decided by the engine. */
export class PolicyIndex {
  readonly #byKey = new Map<string, PolicyRecord>();
  readonly #byNamespace = new Map<string, Set<PolicyRecord>>();
  readonly #anchors = new Anchors<PolicyRecord>();
  readonly #local: PodIndex;
  readonly #table: PortSetTable;
  #next = 0;

  /** `local`: the pods of this node. */
  constructor(local: PodIndex, table: PortSetTable) {
    this.#local = local;
    this.#table = table;
  }

  /** Adds a policy and tells its subjects of it. */
  add(policy: NetworkPolicy): PolicyRecord {
    const record = new PolicyRecord(policy, this.#next++, this.#table);
    const { namespace, subject } = policy;
    this.#byKey.set(record.key, record);
    const own = this.#byNamespace.get(namespace);
    if (own === undefined) this.#byNamespace.set(namespace, new Set([record]));
    else own.add(record);
    this.#anchors.add(record, [namespace], subject);
    for (const pod of this.#local.candidates(namespace, subject, true)) {
      if (isSubjectOf(policy, pod.endpoint)) tie(record, pod);
    }
    return record;
  }

  /** Removes a policy and returns it as it was, with its subjects, who are told. */
  remove(key: string): PolicyRecord | undefined {
    const record = this.#byKey.get(key);
    if (record === undefined) return undefined;
    const { namespace, subject } = record.policy;
    this.#byKey.delete(key);
    const own = this.#byNamespace.get(namespace)!;
    own.delete(record);
    if (own.size === 0) this.#byNamespace.delete(namespace);
    this.#anchors.remove(record, [namespace], subject);
    for (const pod of record.subjects) removeFrom(pod.policies, record);
    return record;
  }

  /** Finds the policies that select a pod that came. */
  select(pod: PodRecord): void {
    const { namespace } = pod;
    const { labels } = pod.pod;
    const candidates =
      labels[UNREADABLE] === undefined
        ? this.#anchors.of(namespace, labels)
        : (this.#byNamespace.get(namespace) ?? []);
    for (const record of candidates) {
      if (isSubjectOf(record.policy, pod.endpoint)) tie(record, pod);
    }
  }

  /** Forgets a pod that went. */
  forget(pod: PodRecord): void {
    for (const record of pod.policies) record.subjects.delete(pod);
    pod.policies.length = 0;
  }
}

function tie(record: PolicyRecord, pod: PodRecord): void {
  if (record.subjects.has(pod)) return;
  record.subjects.add(pod);
  pod.policies.push(record);
}
