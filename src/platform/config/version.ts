import description from '../../../package.json' with { type: 'json' };

/** From the package's own description; a bundle carries a copy. */
export function version(): string {
  return description.version;
}
