/** One line of a benchmark: a figure, the limit it is held to, and its ratio to the baseline of the run. */
export function line(name: string, value: string, limit: string, baseline: string): string {
  return `${name.padEnd(52)} ${value.padStart(22)}  ${limit.padEnd(18)} ${baseline}`;
}

export function seconds(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(value < 0.01 ? 2 : 0)} ms` : `${value.toFixed(2)} s`;
}

/** `2.3 × what`, the form ratios are printed in. */
export function ratio(value: number, base: number, what: string): string {
  return `${(value / base).toFixed(2)} × ${what}`;
}
