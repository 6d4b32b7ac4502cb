import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { installation, root } from '../harness/berth-command.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { requireProgram, runProgram, spawnProgram } from '../harness/run-program.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { Terminal } from './terminal.ts';

/** Home of who follows the manual; the checkout is the folder `berth` in it. */
const home = '/home/ops';
const packages = [
  ['docker', 'docker.io'],
  ['dockerd', 'docker.io'],
  ['podman', 'podman'],
  ['skopeo', 'skopeo'],
  ['curl', 'curl'],
  ['pgrep', 'procps'],
  ['unshare', 'util-linux'],
  ['script', 'util-linux'],
] as const;
/** They tell their version in other words than `--version`. */
const otherPackages = [
  ['nginx', '-v', 'nginx'],
  ['caddy', 'version', 'caddy'],
  ['openssl', 'version', 'openssl'],
  ['pg_lsclusters', '--help', 'postgresql-15'],
] as const;

/**
 * A throw-away copy of this machine (`machine.sh`), with loopback, processes and files of its own: the manual's
 * commands run there as they stand, as root, on its port 5000. It needs root.
 */
export class Machine implements AsyncDisposable {
  readonly #pid: number;
  readonly #stop: () => Promise<void>;
  readonly #lang: string;

  private constructor(pid: number, lang: string, stop: () => Promise<void>) {
    this.#pid = pid;
    this.#lang = lang;
    this.#stop = stop;
  }

  /** `hub` is what `fillHub` made. */
  static async start(lang: string, hub: string): Promise<Machine> {
    for (const [program, debianPackage] of packages) requireProgram(program, debianPackage);
    for (const [program, how, debianPackage] of otherPackages)
      if (spawnSync(program, [how]).status !== 0)
        throw new Error(`${program} is not installed (Debian: apt-get install ${debianPackage})`);
    const folder = temporaryFolder();
    copyCheckout(join(folder, 'checkout'));
    const flags = ['--mount', '--net', '--pid', '--fork', '--mount-proc', '--kill-child'];
    const script = join(import.meta.dirname, 'machine.sh');
    const args = [...flags, script, join(folder, 'checkout'), hub];
    const child = spawnProgram('unshare', args, { cwd: folder });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    child.once('exit', () => resolve());
    const stop = async (): Promise<void> => {
      child.kill('SIGKILL');
      await ended;
      removeFolder(folder);
    };
    await waitUntil(
      'the machine',
      () => {
        if (child.exitCode !== null) throw new Error(`the machine ended:\n${said}`);
        return /^ready$/m.test(said);
      },
      60_000,
    );
    const below = execFileSync('pgrep', ['--parent', String(child.pid)], { encoding: 'utf8' });
    return new Machine(Number(below.trim()), lang, stop);
  }

  /** A terminal in the home folder or in one below it, with the language of the manual. */
  terminal(folder = ''): Promise<Terminal> {
    return Terminal.open(`nsenter --target ${this.#pid} --mount --net --pid`, join(home, folder), {
      HOME: home,
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      TERM: 'dumb',
      LANG: this.#lang,
      // There is no network but loopback.
      npm_config_offline: 'true',
      npm_config_cache: npmCache(),
      npm_config_update_notifier: 'false',
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop();
  }
}

function npmCache(): string {
  return execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8', cwd: root }).trim();
}

/** What git has, as it is now, and the packages of this checkout; with BERTH_TEST_DIST=1 the built program, not its sources. */
function copyCheckout(to: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const left = installation === root ? /^node_modules$/ : /^(node_modules$|src\/)/;
  const files = listed.split('\0').filter((path) => path !== '' && !left.test(path));
  if (installation !== root) files.push('dist');
  mkdirSync(to, { recursive: true });
  for (const path of files) cpSync(join(root, path), join(to, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'));
}

/** The data folder of a registry with the image that people pull from Docker Hub first. */
export async function fillHub(): Promise<string> {
  const folder = temporaryFolder();
  const data = join(folder, 'hub');
  {
    await using server = await BerthServer.start({ data });
    const to = `127.0.0.1:${server.port}/library/hello-world:latest`;
    const image = writeImageFiles({ folder, seed: 'hello-world', sizes: [10_000], reference: to });
    const args = ['copy', '--dest-tls-verify=false', '--dest-creds', `admin:${password}`];
    const copied = await runProgram(
      'skopeo',
      ['--insecure-policy', ...args, `oci:${image.layout}:image`, `docker://${to}`],
      { cwd: folder },
    );
    if (copied.code !== 0) throw new Error(copied.text);
    await server.stop();
  }
  return data;
}

/** For what is compared with files of this checkout. */
export function manualPage(language: string, page: string): string {
  return readFileSync(join(root, 'docs', language, page), 'utf8');
}
