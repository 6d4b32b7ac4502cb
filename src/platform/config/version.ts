import { readFileSync } from 'node:fs';

/** From the package's own description, beside `src`. */
export function version(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
