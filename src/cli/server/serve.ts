import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningServer, startServer } from '../../app.ts';
import { exitCodes } from '../../lib/start-problem.ts';
import type { Config } from '../../platform/config/load-config.ts';
import { createLog, type Log } from '../../platform/log/logger.ts';
import { type Cli, configOf, type Flags, note, say } from '../cli.ts';
import { cliTexts } from '../text.ts';
import { announce } from './announce.ts';

/** `npm start` passes a Ctrl-C on that the terminal has sent already. */
const sameSignalMs = 500;
const signalCodes = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof signalCodes;

/** Runs the server until it is told to stop. */
export async function serve(cli: Cli, flags: Flags): Promise<number> {
  const { config } = configOf(cli, flags);
  const terminal = process.stdout.isTTY === true;
  const logFile = terminal ? join(config.data, 'logs', 'berth.log') : undefined;
  await using log = createLog(config.logLevel, logFile);
  for (const warning of config.distribution?.warnings ?? []) {
    log.of('config').warn({}, warning.en);
    if (terminal) note(`berth: ${say(cli, warning)}`);
  }
  const stop = new StopSignals(cli, log);
  const server = await startServer(config, { log, entry: cli.entry, die: dieOf(log) });
  announce(cli, { config, server, logFile, terminal });
  if (terminal && server.generatedPassword !== undefined) await server.passwordShown();
  log.of('server').info({ port: server.port, pid: process.pid }, 'ready');
  await finish(config, server, await stop.first);
  if (terminal) note(say(cli, cliTexts.stopped));
  return exitCodes.done;
}

/** A balancer gets time to notice before connections are refused; somebody at a keyboard does not wait for that. */
async function finish(config: Config, server: RunningServer, signal: Signal): Promise<void> {
  server.drain();
  if (signal === 'SIGTERM') await delay(config.drainDelayMs);
  await server.close();
}

function dieOf(log: Log): (what: string, cause: unknown) => void {
  return (what, cause) => {
    log.of('server').error({ error: cause }, what);
    log.flush();
    note(`berth: ${what}; start it again`);
    process.exit(exitCodes.storageLost);
  };
}

/** The first signal asks to finish, a second one ends at once: what was acknowledged is on the disk by then. */
class StopSignals {
  readonly first: Promise<Signal>;

  constructor(cli: Cli, log: Log) {
    let at: number | undefined;
    const { promise, resolve } = Promise.withResolvers<Signal>();
    this.first = promise;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (at === undefined) {
          at = performance.now();
          if (signal === 'SIGINT' && process.stderr.isTTY === true) note(say(cli, cliTexts.stopping));
          resolve(signal);
        } else if (performance.now() - at > sameSignalMs) {
          log.flush();
          process.exit(signalCodes[signal]);
        }
      });
    }
  }
}
