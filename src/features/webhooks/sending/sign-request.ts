import { createHmac } from 'node:crypto';
import { signMessage } from '../../../platform/crypto/sign-message.ts';
import type { Target } from '../webhook.ts';

export interface SignedRequest {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A request with the proof that its target asks for: DingTalk's in the query, Feishu's in the body, that of Standard
 * Webhooks for all others. Each holds the time of the attempt.
 * @param now epoch milliseconds
 */
export function signRequest(
  { type, address }: Pick<Target, 'type' | 'address'>,
  secret: string,
  { id, body, now }: { readonly id: string; readonly body: string; readonly now: number },
): SignedRequest {
  const seconds = String(Math.floor(now / 1000));
  if (secret === '') return { url: address, body, headers: {} };
  switch (type) {
    case 'dingtalk': {
      const url = new URL(address);
      url.searchParams.set('timestamp', String(now));
      url.searchParams.set('sign', hmac(secret, `${now}\n${secret}`));
      return { url: url.href, body, headers: {} };
    }
    case 'feishu': {
      const sign = hmac(`${seconds}\n${secret}`, '');
      const message = JSON.parse(body) as object;
      return { url: address, body: JSON.stringify({ timestamp: seconds, sign, ...message }), headers: {} };
    }
    default:
      return {
        url: address,
        body,
        headers: { 'Webhook-Signature': signMessage(secret, `${id}.${seconds}.${body}`) },
      };
  }
}

function hmac(key: string, message: string): string {
  return createHmac('sha256', key).update(message).digest('base64');
}
