import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sluice } from '../cli-console.ts';
import type { Ran } from '../cli-console.ts';

/** Runs `sluice diff` on two manifests, called `old.yaml` and `new.yaml` in what is printed. */
export async function diff(old: string, current: string, ...words: string[]): Promise<Ran> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-diff-'));
  try {
    const files = { 'old.yaml': old, 'new.yaml': current };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    const [first, second] = Object.keys(files).map((name) => path.join(folder, name));
    const ran = await sluice(['diff', first!, second!, ...words]);
    const named = (text: string): string => text.replaceAll(`${folder}${path.sep}`, '');
    return { code: ran.code, stdout: named(ran.stdout), stderr: named(ran.stderr) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Documents of one manifest. */
export function manifest(...documents: readonly string[]): string {
  return documents.join('---\n');
}

/** A pod with the label `app` of its name, and more. */
export function pod(name: string, more = '', namespace = 'shop'): string {
  return `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}${more}}}
spec: {containers: [{name: main, image: i, ports: [{name: http, containerPort: 80}]}]}
`;
}

/** A policy on the pods of an app, its spec in one line. */
export function policy(name: string, app: string, spec: string, namespace = 'shop'): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec: {podSelector: {matchLabels: {app: ${app}}}, ${spec}}
`;
}

/** Lets the pods of an app in, on a port. */
export function from(app: string, port: number | string): string {
  return `{from: [{podSelector: {matchLabels: {app: ${app}}}}], ports: [{port: ${port}}]}`;
}
