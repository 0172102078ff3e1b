/** The small part of jsdom, which has no types of its own, that the tests read pages with. */
declare module 'jsdom' {
  /** An element of a page, as the DOM has it. */
  export interface PageElement {
    readonly tagName: string;
    readonly textContent: string | null;
    readonly children: ArrayLike<PageElement>;
    getAttribute(name: string): string | null;
    getAttributeNames(): string[];
    querySelectorAll(selector: string): Iterable<PageElement>;
  }

  export interface Page extends Pick<PageElement, 'querySelectorAll'> {
    readonly body: PageElement;
    readonly documentElement: PageElement;
  }

  export class JSDOM {
    /** Reads HTML, or XML with `contentType`; throws a SyntaxError for XML that is not well-formed. */
    constructor(text: string, options?: { contentType?: string });
    readonly window: { readonly document: Page };
  }
}
