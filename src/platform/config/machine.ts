import { hostname } from 'node:os';
import { systemClock } from '../clock.ts';

/** What the command line asks of the machine that it runs on. */
export const machine = {
  name: hostname,
  now: systemClock,
} as const;
