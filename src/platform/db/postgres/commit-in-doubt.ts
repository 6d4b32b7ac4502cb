/** COMMIT was not answered: it may be done, or not, so whoever asked for it has to ask again. */
export class CommitInDoubt extends Error {
  override readonly name = 'CommitInDoubt';
}
