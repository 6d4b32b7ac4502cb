import type { Text } from '../lib/text/language.ts';

/** A call that commander lets pass and that cannot be meant so. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
  readonly text: Text;

  constructor(text: Text) {
    super(text.en);
    this.text = text;
  }
}
