export type OutgoingFault =
  /** No http or https URL, or one with a user in it. */
  | 'url'
  /** The administrator allows other destinations only. */
  | 'destination'
  /** An address that is not of the public internet, and not permitted. Nothing was sent to it. */
  | 'address'
  /** Too many, without an address, or from HTTPS to HTTP. */
  | 'redirect'
  | 'tooLarge'
  | 'timeOut'
  /** No such host, no connection, no trusted certificate, no HTTP. */
  | 'unreachable';

/** Why an outgoing request has no answer. The message may be shown to who gave the URL: it tells nothing of the network. */
export class OutgoingProblem extends Error {
  override readonly name = 'OutgoingProblem';
  readonly fault: OutgoingFault;

  constructor(fault: OutgoingFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
