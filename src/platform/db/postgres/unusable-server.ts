/** Why a server that was reached is of no use. */
export type Unusable =
  /** A standby, or a server that was told to take no changes. */
  | 'readOnly'
  | 'tooOld'
  | 'passwordNeeded'
  /** The tables in it are somebody else's. */
  | 'foreignTables';

/** Said by Berth itself, not by the server or the driver. */
export class UnusableServer extends Error {
  override readonly name = 'UnusableServer';
  readonly reason: Unusable;
  /** What was found: the version, or names of tables. */
  readonly found: string;

  constructor(reason: Unusable, message: string, found = '') {
    super(message);
    this.reason = reason;
    this.found = found;
  }
}
