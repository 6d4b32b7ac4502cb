export type Language = 'en' | 'zh';

/** One entry of a folder's `text.ts`: both languages or it does not compile. */
export type Text = Readonly<Record<Language, string>>;
export type Texts = Readonly<Record<string, Text>>;

/** `zh_CN.UTF-8`, `zh` and `zh-Hans` are Chinese; all else is English. */
export function languageOf(locale: string | undefined): Language {
  return /^zh([-_.@]|$)/i.test(locale ?? '') ? 'zh' : 'en';
}

/** Puts values for `{name}` in a text. A name without a value stays as it is, so that a slip is seen. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (all, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : all,
  );
}
