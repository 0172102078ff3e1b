/** Characters that do not show, that make a terminal or a reader do something, or that XML cannot hold. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\uFFFE\uFFFF]/gu;

/** The text with hidden characters written out: names in manifests may hold anything. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (one) => `\\u{${one.codePointAt(0)!.toString(16)}}`);
}
