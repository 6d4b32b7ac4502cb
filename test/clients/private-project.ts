import assert from 'node:assert/strict';
import { after } from 'node:test';
import { type Account, addUser, createProject, grantRole } from '../harness/accounts.ts';
import { BerthServer, type ServerOptions } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

/** A server with the private project `desk`, somebody who may do everything with its images, and a guest. */
export interface PrivateProject {
  readonly server: BerthServer;
  /** Host and port, as in an image's name. */
  readonly address: string;
  readonly folder: string;
}

export const maintainer: Account = { username: 'mara', password: 'Correct-Horse-8' };
export const guest: Account = { username: 'gina', password: 'Correct-Horse-9' };

/** It goes when the tests of the file have ended. */
export async function startPrivateProject(options: ServerOptions = {}): Promise<PrivateProject> {
  const server = await BerthServer.start(options);
  after(() => server[Symbol.asyncDispose]());
  await createProject(server, 'desk');
  await addUser(server, maintainer);
  await grantRole(server, { username: maintainer.username, role: 'maintainer', place: 'desk' });
  await addUser(server, guest);
  await grantRole(server, { username: guest.username, role: 'guest', place: 'desk' });
  return { server, address: `127.0.0.1:${server.port}`, folder: temporaryFolder() };
}

/** What a client shows of the refusal when the guest pushes: who, what, why and what would help. */
export function assertTellsGuestWhy(text: string): void {
  assert.match(
    text,
    /gina may not push desk\/[a-z]+(:\S+)?: that needs developer, and this account is guest in desk; ask \S+/,
  );
}
