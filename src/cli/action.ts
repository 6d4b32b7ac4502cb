import type { Cli, Flags } from './cli.ts';

/** What a command does; returns the exit code. */
export type Action = (cli: Cli, flags: Flags, args: readonly (string | undefined)[]) => Promise<number>;

/** Wraps an action for commander, which hands over the arguments, then the flags, then the command. */
export type Running = (action: Action) => (...call: unknown[]) => Promise<void>;
