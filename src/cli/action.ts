import type { Cli, Flags } from './cli.ts';

/** Of a command, as they stand on the line; one that may be left out is undefined then. */
export type Args = readonly (string | undefined)[];

/** What a command does; returns the exit code. */
export type Action = (cli: Cli, flags: Flags, args: Args) => Promise<number>;

/** Wraps an action for commander, which hands over the arguments, then the flags, then the command. */
export type Running = (action: Action) => (...call: unknown[]) => Promise<void>;
