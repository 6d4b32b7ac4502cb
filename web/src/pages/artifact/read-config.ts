/** What a manifest and its config say, of which nothing is sure to be there. */
export type Loose = Readonly<Record<string, unknown>>;

export function record(value: unknown): Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

export function records(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? value.map(record) : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** Such as linux/arm64/v8; empty: it has none, as an attestation has. */
export function platformOf(artifact: { readonly extra_attrs?: unknown }): string {
  const attributes = record(artifact.extra_attrs);
  const parts = ['os', 'architecture', 'variant'].flatMap((key) => text(attributes[key]) ?? []);
  return parts[0] === 'unknown' ? '' : parts.join('/');
}

/** As it stood in the Dockerfile, without what builders put around it. */
export function shortInstruction(line: string | undefined): string | undefined {
  return line
    ?.replace(/^\/bin\/sh -c #\(nop\)\s*/, '')
    .replace(/^\/bin\/sh -c /, 'RUN ')
    .replace(/ # buildkit$/, '')
    .replace(/\s+/g, ' ')
    .trim();
}
