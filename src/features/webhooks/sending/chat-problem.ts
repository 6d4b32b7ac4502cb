import { isRecord } from '../../../lib/oci/json.ts';
import type { TargetForm } from '../webhook.ts';

const fields: Readonly<Partial<Record<TargetForm, { readonly code: string; readonly message: string }>>> = {
  dingtalk: { code: 'errcode', message: 'errmsg' },
  wecom: { code: 'errcode', message: 'errmsg' },
  feishu: { code: 'code', message: 'msg' },
};

const longest = 200;

/** Chats that answer 200 also to what they do not show; undefined: it was taken. */
export function chatProblem(form: TargetForm, answer: string): string | undefined {
  const names = fields[form];
  if (names === undefined) return undefined;
  const told = parsed(answer);
  const code = told?.[names.code];
  if (code === undefined || code === 0) return undefined;
  const message = told?.[names.message];
  const text = typeof message === 'string' ? `: ${message.slice(0, longest)}` : '';
  return `the answer is 200 with ${names.code} ${JSON.stringify(code).slice(0, longest)}${text}`;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch (error) {
    // Whoever answers something else is no such chat, whose status is all that counts.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
