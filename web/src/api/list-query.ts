/** A condition of Harbor's `q`; a comma would begin another one, so it never stands in a value. */
export function contains(key: string, text: string): string | undefined {
  const value = text.trim().replaceAll(',', ' ').trim();
  return value === '' ? undefined : `${key}=~${encodeURIComponent(value)}`;
}

export function allOf(...conditions: readonly (string | undefined)[]): string | undefined {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? undefined : given.join(',');
}
