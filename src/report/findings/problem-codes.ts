/** What a code of a problem means, and what to do about it, each as one clause. */
export interface ProblemCode {
  readonly severity: string;
  readonly meaning: string;
  readonly remedy: string;
}

/**
 * The codes of problems, which come from loading and reading the input (src/load, src/read).
 * docs/problems.md has the same table, and a test keeps it and the sources to this one.
 */
export const PROBLEM_CODES: Readonly<Record<string, ProblemCode>> = {
  'after-document-end': {
    severity: 'warning',
    meaning: 'there is an object after a `...` line, where kubectl reads no more',
    remedy: 'write `---` to begin another object',
  },
  'cyclic-alias': {
    severity: 'error',
    meaning: 'a YAML alias stands inside the value it names',
    remedy: 'write the value out',
  },
  'duplicate-item': {
    severity: 'error',
    meaning:
      'a text stands twice in a list that is a set, which the API server refuses; nothing else changes',
    remedy: 'take one of the two away',
  },
  'duplicate-key': {
    severity: 'warning',
    meaning: 'a key stands twice in one map, and the last one counts',
    remedy: 'take one of the two away',
  },
  'duplicate-object': {
    severity: 'warning',
    meaning: 'two objects have the same kind, namespace and name, and the later one counts',
    remedy: 'rename one, or take it away',
  },
  'empty-field': {
    severity: 'info',
    meaning: 'a field was written without a value, which is as good as not written',
    remedy: 'write the value, or take the field away',
  },
  'empty-item': {
    severity: 'error',
    meaning: 'an element of a list of rules or ports is empty, and allows nothing',
    remedy:
      'write what it is to be, `{}` in a NetworkPolicy to allow everything, or take the `-` away',
  },
  'empty-list': {
    severity: 'error',
    meaning: 'a list of a rule in the tiers is empty that must have an item, so the rule is closed',
    remedy: 'write an item; leave `protocols` and `ports` out for every port',
  },
  'empty-peer': {
    severity: 'error',
    meaning: 'a peer names nobody, so it matches nothing, or closes its rule in the tiers',
    remedy: 'write a selector or addresses, as the message says',
  },
  'helm-template': {
    severity: 'error',
    meaning: 'a file is a Helm template that was not rendered',
    remedy: 'give the chart folder, or the output of `helm template`',
  },
  'ignored-namespace': {
    severity: 'warning',
    meaning: 'an object of a kind without a namespace names one, which is left out',
    remedy: 'take `metadata.namespace` away',
  },
  'indentation-lost': {
    severity: 'error',
    meaning: 'a manifest was pasted without its leading spaces',
    remedy: 'paste it again with its leading spaces',
  },
  'invalid-action': {
    severity: 'error',
    meaning: 'an action is not one of the kind of policy, so its rule denies',
    remedy: 'write `Accept` (v1alpha1: `Allow`), `Deny` or `Pass`',
  },
  'invalid-address': {
    severity: 'error',
    meaning: 'a text that must be an IP address is none',
    remedy: 'correct the address',
  },
  'invalid-backend': {
    severity: 'error',
    meaning: 'a backend of an Ingress names no Service, so its rule leads nowhere',
    remedy: 'write `service` with its `name` and `port`',
  },
  'invalid-cidr': {
    severity: 'error',
    meaning:
      'a text that must be a CIDR is none, so its peer matches nothing, or closes its rule in the tiers',
    remedy: 'write it like 10.0.0.0/24 or 2001:db8::/32',
  },
  'invalid-domain': {
    severity: 'error, warning',
    meaning:
      'a text that must be a domain name is none, so its rule is closed; or it is an address',
    remedy: 'write it like `example.com` or `*.example.com`; write addresses in `networks`',
  },
  'invalid-except': {
    severity: 'error',
    meaning: 'an `except` does not lie inside its `cidr`, so its peer matches nothing',
    remedy: 'write a smaller block inside the `cidr`',
  },
  'invalid-label': {
    severity: 'error',
    meaning: 'a label key or value is not one the API accepts',
    remedy: 'correct the characters or the length, or quote the value',
  },
  'invalid-name': {
    severity: 'error',
    meaning: 'the name of an object is not one the API accepts',
    remedy: 'use lower case letters, digits, `-` and `.`',
  },
  'invalid-number': {
    severity: 'error',
    meaning: 'a number is one that JSON cannot hold',
    remedy: 'write the number out, or quote it',
  },
  'invalid-peer': {
    severity: 'error',
    meaning:
      'fields of a peer exclude each other, so it matches nothing, or closes its rule in the tiers',
    remedy: 'give each its own `-`',
  },
  'invalid-policy-type': {
    severity: 'error',
    meaning: 'a policy type is neither `Ingress` nor `Egress`, so it counts as both',
    remedy: 'write `Ingress` or `Egress`',
  },
  'invalid-port': {
    severity: 'error, warning',
    meaning:
      'a port, a range or a port name is not one the API accepts, so it opens nothing, or closes its rule in the tiers; or no container port can have the name',
    remedy: 'use 1 to 65535, an end not below the start, and names with a letter',
  },
  'invalid-protocol': {
    severity: 'error',
    meaning: 'a protocol is not one the API accepts, so the port opens nothing',
    remedy: 'write `TCP`, `UDP` or `SCTP`',
  },
  'invalid-rule': {
    severity: 'error',
    meaning:
      'parts of a rule do not go together, so it is closed: port names with peers that have none, or domain names in a rule that does not accept',
    remedy: 'make two rules of it, as the message says',
  },
  'invalid-selector': {
    severity: 'error',
    meaning:
      'a selector cannot be read, or a requirement of it: a peer then matches nothing, a subject more',
    remedy: 'correct its `key`, `operator` or `values`, or write `matchLabels`',
  },
  'invalid-subject': {
    severity: 'error',
    meaning:
      'a subject is not exactly one of `namespaces` and `pods`, so it is all pods, and its rules only deny',
    remedy: 'write one of the two',
  },
  'invalid-tier': {
    severity: 'error',
    meaning:
      'a tier is neither `Admin` nor `Baseline`, so the policy is judged in the Admin tier, and its rules only deny',
    remedy: 'write `Admin` or `Baseline`',
  },
  'invalid-traffic-policy': {
    severity: 'error',
    meaning: 'an externalTrafficPolicy is neither `Cluster` nor `Local`, and is read as `Cluster`',
    remedy: 'write `Cluster` or `Local`',
  },
  'merge-conflict': {
    severity: 'error',
    meaning: 'a file has unresolved merge conflicts',
    remedy: 'resolve them first',
  },
  'misplaced-peers': {
    severity: 'error',
    meaning: '`from` stands in an egress rule, or `to` in an ingress rule, where it means nothing',
    remedy: 'write the other one, or move the rule',
  },
  'missing-field': {
    severity: 'error',
    meaning: 'a field that the API needs is missing, so what it stands in cannot be read',
    remedy: 'write it, as the message says',
  },
  'missing-name': {
    severity: 'error',
    meaning: 'an object has no `metadata.name`',
    remedy: 'give it one',
  },
  'missing-separator': {
    severity: 'error',
    meaning: 'two objects follow each other without a `---`, and kubectl would mix them',
    remedy: 'write `---` between them',
  },
  'missing-template': {
    severity: 'error',
    meaning: 'a workload has no pod template, so the labels of its pods are not known',
    remedy: 'give the whole object',
  },
  'missing-type': {
    severity: 'error',
    meaning: 'an object has no `apiVersion` or no `kind`',
    remedy: 'write both',
  },
  'no-objects': {
    severity: 'info',
    meaning: 'a file has no object in it',
    remedy: 'nothing, if that is meant',
  },
  'non-canonical-cidr': {
    severity: 'warning',
    meaning:
      'a CIDR has bits set beyond its prefix, or an unusual spelling, and is read without them',
    remedy: 'write it in its canonical form, as the message says',
  },
  'not-a-manifest': {
    severity: 'error',
    meaning: 'a text is something else: a web page, a shell session, an error message, Markdown',
    remedy: 'give the manifest itself',
  },
  'not-an-object': {
    severity: 'error, warning',
    meaning: 'a document is no object of the API, or a list without `kind: List`',
    remedy: 'write `apiVersion` and `kind`, or `---` between objects',
  },
  'not-followed': {
    severity: 'warning, info',
    meaning: 'a link to a folder, or a submodule, is not followed',
    remedy: 'give it as a source of its own',
  },
  'not-json': {
    severity: 'warning',
    meaning: 'a file begins with `{`, so kubectl wants strict JSON, and it is not',
    remedy: 'mend it, or put `---` on the first line',
  },
  'not-rendered': {
    severity: 'error',
    meaning: 'a chart or a kustomization below a folder needs a program that is not installed',
    remedy: 'install the program, or render it elsewhere',
  },
  'not-text': {
    severity: 'error',
    meaning: 'a file is not text, or an archive is damaged or no chart',
    remedy: 'unpack or convert it',
  },
  'not-utf8': {
    severity: 'warning',
    meaning: 'some bytes of a file are not UTF-8, and are read as U+FFFD',
    remedy: 'save the file as UTF-8',
  },
  'over-limit': {
    severity: 'error',
    meaning:
      'a list, a name or a priority is beyond the limit of the API, and is judged as it is written',
    remedy: 'split the policy or the rule, or choose another value',
  },
  'removed-version': {
    severity: 'warning',
    meaning: 'an object is of a version the API no longer has, and is read as the current one',
    remedy: 'write the current `apiVersion`',
  },
  'render-failed': {
    severity: 'error',
    meaning: 'a chart or a kustomization cannot be rendered',
    remedy: 'mend what the message names',
  },
  'several-overlays': {
    severity: 'error',
    meaning: 'kustomizations of one base exclude each other, and none is read',
    remedy: 'name the one that is meant',
  },
  'too-large': {
    severity: 'error',
    meaning: 'a file or folder is larger than can be read',
    remedy: 'split it at its `---` lines',
  },
  'too-many-aliases': {
    severity: 'error',
    meaning: 'a document grows out of all measure when its aliases are written out',
    remedy: 'write the values out',
  },
  'unknown-field': {
    severity: 'warning',
    meaning: 'a field is not one of the API, so the API server drops it',
    remedy: 'correct the spelling; the message names the nearest field',
  },
  'unknown-kind': {
    severity: 'error, info',
    meaning: 'an object is of a kind that is not read, or is misspelt',
    remedy: 'correct the spelling; other kinds say nothing about network policies',
  },
  'unknown-version': {
    severity: 'error, warning',
    meaning: 'an object is of a version that is not known, and is read as the current one',
    remedy: 'write the current `apiVersion`',
  },
  'unreadable-file': {
    severity: 'error',
    meaning: 'a file or folder cannot be read',
    remedy: 'mend the link, the permission or the repository',
  },
  'unusable-key': {
    severity: 'error',
    meaning: 'a key is no text, so kubectl refuses it',
    remedy: 'write a text, in quotes if need be',
  },
  'was-rendered': {
    severity: 'info',
    meaning: 'a chart or a kustomization below a folder was rendered',
    remedy: 'nothing, if that is meant',
  },
  'wrong-type': {
    severity: 'error',
    meaning: 'a field does not have the type the API wants, and never counts as absent',
    remedy: 'write the type that the message names',
  },
  'yaml-syntax': {
    severity: 'error',
    meaning: 'a document is not valid YAML',
    remedy: 'correct the line that the message names',
  },
};
