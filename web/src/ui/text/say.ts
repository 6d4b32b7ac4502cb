export type Language = 'en' | 'zh';

/** In both languages, or it does not compile. */
export type Both<T> = Readonly<Record<Language, T>>;

/** A `text.ts`: sentences, and functions that put values into sentences. */
export type Texts = Readonly<Record<string, Both<string> | Both<(...values: never[]) => string>>>;

export type Said<T extends Texts> = { readonly [K in keyof T]: T[K]['en'] };

/** The texts in one language. */
export function say<T extends Texts>(texts: T, language: Language): Said<T> {
  const entries = Object.entries(texts).map(([key, both]) => [key, both[language]]);
  return Object.fromEntries(entries) as Said<T>;
}
