// Completion by the scripts that `berth completion` prints, each in its own shell.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createProject } from '../harness/accounts.ts';
import { berth, cleanEnvironment, launcher } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await createProject(server, 'payments');
await server.client().pushImage('payments/web', 'v1', imageOf({ seed: 'completion' }));
const home = temporaryFolder();

/** Runs a script of a shell that finds `berth` as an installation has it. */
function shell(name: string, args: readonly string[]): string {
  const env = cleanEnvironment({
    PATH: `${join(launcher, '..')}:${process.env['PATH'] ?? ''}`,
    BERTH_DATA: server.data,
    HOME: home,
    XDG_CONFIG_HOME: home,
  });
  const { status, stdout, stderr, error } = spawnSync(name, args, { env, encoding: 'utf8', timeout: 60_000 });
  assert.equal(error, undefined, String(error));
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return stdout;
}

function bash(line: string): string[] {
  const script = `source <(berth completion bash)
COMP_LINE=$1 COMP_POINT=\${#1}
_berth berth
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return shell('bash', ['-c', script, 'bash', line]).split('\n').filter(Boolean);
}

test("bash completes nouns, verbs and options, by the script's own function", () => {
  assert.deepEqual(bash('berth pro'), ['project']);
  assert.deepEqual(bash('berth robot e'), ['enable']);
  assert.ok(bash('berth robot create --sec').includes('--secret-file'));
  assert.deepEqual(bash('berth label list -o js'), ['json', 'jsonl']);
  assert.ok(!bash('berth completion ').includes('words'), 'what only scripts ask is not offered');
});

/** The budget of one key is short, and the machine may be busy: an empty answer is asked for again. */
function eventually(line: string, expected: readonly string[]): void {
  for (let round = 0; round < 20; round += 1) {
    const found = bash(line);
    if (found.length > 0) {
      assert.deepEqual(found, expected);
      return;
    }
  }
  assert.fail(`nothing completed ${line}`);
}

test('bash completes projects, repositories and tags that the server has', () => {
  eventually('berth quota show pay', ['payments']);
  eventually('berth robot list -p pay', ['payments']);
  eventually('berth tag list payments/w', ['payments/web']);
  eventually('berth artifact show payments/web:', ['v1']);
});

test('where nobody can be asked completion is silent', async () => {
  for (const line of [
    'berth quota show --server http://127.0.0.1:1 pay',
    'berth quota show --data /nowhere pay',
    'berth nothing like this',
    "berth search '$(touch x)",
  ]) {
    const { code, stdout, stderr } = await berth(['completion', 'words', line]);
    assert.deepEqual([code, stdout, stderr], [0, '', ''], line);
  }
});

for (const name of ['zsh', 'fish'] as const) {
  const missing = spawnSync(name, ['--version']).error === undefined ? false : `${name} is not installed`;
  test(`the script of ${name} is read by it, and offers nouns with what they are`, {
    skip: missing,
  }, async () => {
    const { code } = await berth(['completion', name]);
    assert.equal(code, 0);
    const offer = `compdef() { :; }; _describe() { print -l -- \${(P)2}; }; source <(berth completion zsh)
words=(berth pro); CURRENT=2; _berth`;
    if (name === 'zsh') assert.match(shell('zsh', ['-fc', offer]), /^project:Projects/m);
    else
      assert.match(
        shell('fish', ['-c', 'berth completion fish | source; complete -C "berth pro"']),
        /^project\tProjects/m,
      );
  });
}
