const entities = [
  ['&', '&amp;'],
  ["'", '&#39;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&#34;'],
] as const;

/** Descriptions come with the five signs of HTML written as entities, as Harbor sends them. */
export function unescapeHtml(text: string): string {
  return entities.toReversed().reduce((plain, [sign, entity]) => plain.replaceAll(entity, sign), text);
}

/** And go so, or an entity that somebody wrote would be taken for a sign. */
export function escapeHtml(text: string): string {
  return entities.reduce((escaped, [sign, entity]) => escaped.replaceAll(sign, entity), text);
}
