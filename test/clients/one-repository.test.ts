// Somebody with pull on `pay/api` only, as docker and crane show it: that one is pulled and listed, and `pay/worker` is
// answered as a name that does not exist.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Account, addUser, createProject, grantRole } from '../harness/accounts.ts';
import { clientTool } from '../harness/client-tool.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { CommandLine, failed, lastLine, succeeded } from './client-run.ts';
import { Docker } from './docker-daemon.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const docker = await Docker.start();
after(() => docker[Symbol.asyncDispose]());
const [folder, address] = [temporaryFolder(), `127.0.0.1:${server.port}`];
const crane = new CommandLine(await clientTool('crane'), folder);
const admin: Account = { username: 'admin', password };
const bob: Account = { username: 'bob', password: 'Correct-Horse-11' };
await createProject(server, 'pay');
await addUser(server, bob);
await grantRole(server, { username: bob.username, role: 'pull', place: 'pay/api' });
for (const who of [admin, bob]) {
  await crane.does(who, 'auth', 'login', address, '-u', who.username, '-p', who.password);
  succeeded(await docker.login(who, address));
}
const nameOf = (repository: string): string => `${address}/pay/${repository}:v1`;
const images = Object.fromEntries(
  ['api', 'worker'].map((repository) => {
    const reference = nameOf(repository);
    return [repository, writeImageFiles({ folder, seed: repository, sizes: [200, 3_000], reference })];
  }),
);
for (const [repository, { layout }] of Object.entries(images))
  await crane.does(admin, 'push', layout, nameOf(repository));

test('docker pulls the one, and is told of the other what it is told of none', async (t) => {
  succeeded(await docker.run(bob, 'pull', nameOf('api')));
  const said = async (repository: string): Promise<string> =>
    failed(await docker.run(bob, 'pull', nameOf(repository))).replaceAll(repository, 'NAME');
  const [hidden, missing] = [await said('worker'), await said('absent')];
  t.diagnostic(lastLine(hidden));
  assert.equal(hidden, missing);
});

test('crane pulls the one, and is told of the other what it is told of none', async (t) => {
  assert.equal((await crane.does(bob, 'digest', nameOf('api'))).trim(), images['api']?.digest);
  await crane.does(bob, 'validate', '--remote', nameOf('api'));
  assert.equal((await crane.does(bob, 'ls', `${address}/pay/api`)).trim(), 'v1');
  const commands = [
    ['manifest', ':v1'],
    ['manifest', `@${images['worker']?.digest}`],
    ['config', ':v1'],
    ['ls', ''],
    ['delete', `@${images['worker']?.digest}`],
    ['tag', ':v1', 'v2'],
  ];
  for (const [command = '', reference = '', ...more] of commands) {
    const said = async (repository: string): Promise<string> => {
      const text = await crane.fails(bob, command, `${address}/pay/${repository}${reference}`, ...more);
      // What it says of its own begins with the time.
      return text.replaceAll(repository, 'NAME').replaceAll(/^\d{4}\/\S+ \S+ /gm, '');
    };
    const [hidden, missing] = [await said('worker'), await said('absent')];
    t.diagnostic(lastLine(hidden));
    assert.equal(hidden, missing, command);
  }
});

test('crane catalog shows the one', async () => {
  assert.equal((await crane.does(bob, 'catalog', address)).trim(), 'pay/api');
  assert.equal((await crane.does(admin, 'catalog', address)).trim(), 'pay/api\npay/worker');
});
