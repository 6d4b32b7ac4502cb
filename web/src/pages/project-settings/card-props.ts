export interface CardProps {
  readonly project: string;
  /** Undefined, or in one sentence why what takes this permission cannot be done. */
  readonly whyNot: (permission: string) => string | undefined;
}
