/** Somebody pressed Ctrl-C instead of an answer. An error, so that what was begun is taken back on its way. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
