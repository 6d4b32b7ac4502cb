/** Why the files of a layer are not known. Stored with what was found out, so a word here is never given another meaning. */
export type LayerProblem =
  | 'encrypted'
  | 'no-archive'
  | 'damaged'
  | 'cut-off'
  | 'too-many-entries'
  | 'too-large'
  | 'too-dense'
  | 'name-too-long'
  | 'too-many-names'
  | 'too-slow';

/** A layer that cannot be read, as opposed to a fault of the storage or of ours. */
export class UnreadableLayer extends Error {
  override readonly name = 'UnreadableLayer';
  readonly problem: LayerProblem;

  constructor(problem: LayerProblem, options?: ErrorOptions) {
    super(`the layer cannot be read: ${problem}`, options);
    this.problem = problem;
  }
}
