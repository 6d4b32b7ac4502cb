import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { TargetSecrets, Webhook } from './webhook.ts';

const purpose = 'webhook';

export function sealSecrets(
  key: MasterKey,
  secrets: readonly TargetSecrets[],
): { readonly bytes: Uint8Array; readonly wrappedBy: string } {
  return {
    bytes: key.wrap(Buffer.from(JSON.stringify(secrets)), purpose),
    wrappedBy: key.fingerprint,
  };
}

/** Undefined: they were encrypted with another master key. */
export function openSecrets(
  key: MasterKey,
  { sealed }: Pick<Webhook, 'sealed'>,
): readonly TargetSecrets[] | undefined {
  if (sealed.wrappedBy !== key.fingerprint) return undefined;
  return JSON.parse(key.unwrap(sealed.bytes, purpose).toString()) as TargetSecrets[];
}

export const noSecrets: TargetSecrets = { authHeader: '', secret: '' };
