export type Language = 'en' | 'zh';

/** In both languages, or it does not compile. */
export type Both<T> = Readonly<Record<Language, T>>;

/** A `text.ts`: sentences, and functions that put values into sentences. */
export type Texts = Readonly<Record<string, Both<string> | Both<(...values: never[]) => string>>>;

export type Said<T extends Texts> = { readonly [K in keyof T]: T[K]['en'] };

const known: Both<WeakMap<Texts, Said<Texts>>> = { en: new WeakMap(), zh: new WeakMap() };

/** The texts in one language: the same object each time, since dozens of parts of a page ask for those of one folder. */
export function say<T extends Texts>(texts: T, language: Language): Said<T> {
  const before = known[language].get(texts);
  if (before !== undefined) return before as Said<T>;
  const entries = Object.entries(texts).map(([key, both]) => [key, both[language]]);
  const said = Object.fromEntries(entries) as Said<T>;
  known[language].set(texts, said);
  return said;
}
