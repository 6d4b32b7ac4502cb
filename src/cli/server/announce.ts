import { relative } from 'node:path';
import type { RunningServer } from '../../app.ts';
import type { Config } from '../../platform/config/load-config.ts';
import { isEncrypted } from '../../platform/config/tls-config.ts';
import { version } from '../../platform/config/version.ts';
import { type Cli, note, print, say } from '../cli.ts';
import { width } from '../print-table.ts';
import { cliTexts } from '../text.ts';

export interface Announcement {
  readonly config: Config;
  readonly server: RunningServer;
  /** Undefined: standard error. */
  readonly logFile: string | undefined;
  readonly terminal: boolean;
}

/** Says that the server is ready and what to do next: for people on a terminal, as one line of JSON on a pipe. */
export function announce(cli: Cli, about: Announcement): void {
  const facts = factsOf(about);
  if (about.terminal) printForPeople(cli, about, facts);
  else print(JSON.stringify(facts));
}

function factsOf({ config, server, logFile }: Announcement) {
  const local = localAddress(config.listen.host, server.port);
  const url = config.externalUrl ?? `${isEncrypted(config.tls) ? 'https' : 'http'}://${local}`;
  const address = url.replace(/^https?:\/\//, '');
  return {
    event: 'ready',
    version: version(),
    address: url,
    port: server.port,
    sign_in: { user: 'admin', password_file: server.initialPasswordFile ?? null },
    push: [
      `docker login ${address}`,
      `docker tag hello-world ${address}/hello:1`,
      `docker push ${address}/hello:1`,
    ],
    open_to_network: 'berth serve --listen :5000 --tls self',
    loopback_only: config.listen.loopback,
    data: config.data,
    storage: config.storage,
    database: config.databaseUrl === undefined ? 'SQLite' : 'PostgreSQL',
    logs: logFile ?? 'stderr',
    pid: process.pid,
    metrics: server.metricsPort === undefined ? null : metricsUrl(config, server.metricsPort),
    missing_addresses: server.missingAddresses,
  };
}

/** Programs that treat only the name as plain HTTP are many, and 127.0.0.1 is what it stands for. */
function localAddress(given: string, port: number): string {
  const host = ['', '127.0.0.1', '::1'].includes(given) ? 'localhost' : given;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function metricsUrl({ metricsListen }: Config, port: number): string {
  return `http://${localAddress(metricsListen?.host ?? '', port)}/metrics`;
}

function printForPeople(
  cli: Cli,
  { config, server, logFile }: Announcement,
  facts: ReturnType<typeof factsOf>,
): void {
  const line = (label: string, value: string): void => print(`  ${pad(label)}${value}`);
  const seconds = (performance.now() / 1000).toFixed(1);
  const short = (path: string): string => {
    const from = relative(cli.cwd, path);
    return from.startsWith('..') ? path : `./${from}`;
  };
  print('');
  print(`  ${say(cli, cliTexts.ready, { version: facts.version, seconds })}`);
  print(
    `  ${say(cli, cliTexts.dataLine, { data: short(config.data), database: facts.database, storage: short(config.storage) })}`,
  );
  print('');
  line(say(cli, cliTexts.address), facts.address);
  line(say(cli, cliTexts.signIn), signIn(cli, server));
  facts.push.forEach((command, index) => line(index === 0 ? say(cli, cliTexts.push) : '', command));
  print('');
  if (config.listen.loopback) {
    print(`  ${say(cli, cliTexts.onlyLocal)}`);
    print(`  ${pad('')}${facts.open_to_network}`);
  } else if (config.tls.mode === 'off' || config.insecureHttp) print(`  ${say(cli, cliTexts.openToAll)}`);
  if (config.tls.mode === 'self') print(`  ${say(cli, cliTexts.ownAuthority)}`);
  print(
    `  ${say(cli, cliTexts.stop)} Ctrl-C · ${say(cli, cliTexts.logs)} ${short(logFile ?? '')} · berth help`,
  );
  print('');
  for (const address of server.missingAddresses) note(`  ${say(cli, cliTexts.missingAddress, { address })}`);
}

function signIn(cli: Cli, server: RunningServer): string {
  if (server.generatedPassword !== undefined)
    return `admin / ${server.generatedPassword}   ${say(cli, cliTexts.shownOnce)}`;
  if (server.initialPasswordFile !== undefined)
    return `admin / ${say(cli, cliTexts.inFile, { file: server.initialPasswordFile })}`;
  return `admin / ${say(cli, cliTexts.asBefore)}`;
}

function pad(label: string): string {
  return label + ' '.repeat(Math.max(1, 10 - width(label)));
}
