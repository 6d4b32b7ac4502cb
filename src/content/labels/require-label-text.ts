import { type Because, because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';

const maxLengths = { name: 128, description: 4096, color: 16 } as const;

export interface LabelText {
  readonly name: string;
  readonly description: string;
  readonly color: string;
}

/** Any text may be a name or a colour; who shows them escapes them. @throws AppError BAD_REQUEST */
export function requireLabelText(label: LabelText): void {
  if (label.name === '') throw bad('name', 'is empty', because('field empty', { what: 'name' }));
  for (const key of ['name', 'description', 'color'] as const) {
    const text = label[key];
    const most = String(maxLengths[key]);
    if (text.length > maxLengths[key])
      throw bad(key, `is longer than ${most} characters`, because('text too long', { what: key, most }));
    if (text.includes('\0') || !text.isWellFormed())
      throw bad(
        key,
        'has characters that are no text: leave out NUL and half surrogate pairs',
        because('text invalid', { what: key }),
      );
  }
}

function bad(key: string, why: string, reason: Because): AppError {
  return new AppError('BAD_REQUEST', { message: `the ${key} of the label ${why}`, because: reason });
}
