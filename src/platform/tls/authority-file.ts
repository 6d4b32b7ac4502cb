import { join } from 'node:path';

/** The certificate of the authority in a data folder: what clients have to trust. */
export function authorityFile(data: string): string {
  return join(data, 'tls', 'ca.crt');
}
