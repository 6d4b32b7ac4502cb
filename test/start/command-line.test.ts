// Usage: what is unknown is named with what is nearest to it, in the user's language, and ends with 2.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { berth, cleanEnvironment, launcher } from '../harness/berth-command.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

interface Misuse {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Lines of the settings file. */
  readonly file?: string;
  /** What has to be said, in both languages. */
  readonly says: RegExp;
  /** It cannot be known which language is meant. */
  readonly anyLanguage?: true;
}

const misuses: Readonly<Record<string, Misuse>> = {
  'an unknown command': { args: ['srve'], says: /srve[^]*serve/ },
  'an unknown command below another': { args: ['verify', 'storrage'], says: /storrage[^]*storage/ },
  'an unknown option': { args: ['serve', '--lissten', 'x'], says: /--lissten[^]*--listen/ },
  'an unknown option of another command': {
    args: ['admin', 'reset-password', '--usr', 'x'],
    says: /--usr[^]*--user/,
  },
  'an unknown variable': {
    args: ['config', 'check'],
    env: { BERTH_LISTN: ':5000' },
    says: /BERTH_LISTN[^]*BERTH_LISTEN/,
  },
  'an unknown key in the settings': {
    args: ['config', 'check'],
    file: 'drain_dely: 3',
    says: /berth\.yml[^]*drain_dely[^]*drain_delay/,
  },
  'a nested key in the settings': { args: ['config', 'check'], file: 'listen:\n  host: x', says: /listen/ },
  'settings that are no YAML': { args: ['config', 'check'], file: 'listen: [', says: /berth\.yml/ },
  'settings that are a list': { args: ['config', 'check'], file: '- listen', says: /berth\.yml/ },
  'settings that are not there': { args: ['config', 'check', '--config', 'absent.yml'], says: /absent\.yml/ },
  'an argument too many': { args: ['serve', 'extra'], says: /extra/ },
  'an option without its value': { args: ['serve', '--listen'], says: /--listen/ },
  'an address without a port': { args: ['config', 'check', '--listen', '5000'], says: /5000[^]*--listen/ },
  'a port that there is not': { args: ['config', 'check', '--listen', 'localhost:99999'], says: /99999/ },
  'seconds that are none': {
    args: ['config', 'check', '--drain-delay', 'soon'],
    says: /soon[^]*--drain-delay/,
  },
  'a level that there is not': {
    args: ['config', 'check'],
    env: { BERTH_LOG_LEVEL: 'loud' },
    says: /loud[^]*BERTH_LOG_LEVEL[^]*debug, info, warn, error/,
  },
  'a language that there is not': {
    args: ['config', 'check', '--lang', 'fr'],
    says: /fr[^]*en, zh/,
    anyLanguage: true,
  },
  'a database of another kind': {
    args: ['config', 'check'],
    env: { BERTH_DATABASE_URL: 'mysql://x' },
    says: /postgres:\/\//,
  },
  'help on what there is not': { args: ['help', 'nothing'], says: /nothing[^]*serve/ },
  'no command': { args: [], says: /serve/ },
};

/** Our own words, as opposed to names that are the same in every language. */
const chinese = /[\u4e00-\u9fff]/;

describe('wrong usage', { concurrency: 2 }, () => {
  for (const [name, { args, env = {}, file, says, anyLanguage }] of Object.entries(misuses)) {
    test(`wrong usage ends with 2 and says what would be right: ${name}`, async () => {
      const folder = temporaryFolder();
      if (file !== undefined) writeFileSync(join(folder, 'berth.yml'), `${file}\n`);
      for (const [lang, zh] of [
        ['C.UTF-8', false],
        ['zh_CN.UTF-8', true],
      ] as const) {
        const { code, stdout, stderr } = await berth(args, { cwd: folder, env: { LANG: lang, ...env } });
        assert.equal(code, 2, `${stdout}${stderr}`);
        assert.equal(stdout, '');
        assert.match(stderr, says);
        assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
        if (anyLanguage !== true) assert.equal(chinese.test(stderr), zh, stderr);
      }
    });
  }
});

test('variables that Kubernetes sets for a service called berth are no settings', async () => {
  const env = {
    BERTH_PORT: 'tcp://10.0.0.1:5000',
    BERTH_SERVICE_HOST: '10.0.0.1',
    BERTH_SERVICE_PORT_HTTP: '5000',
    BERTH_DB_PORT_5432_TCP_ADDR: '10.0.0.2',
  };
  const { code, stderr } = await berth(['config', 'check'], { env });
  assert.equal(code, 0, stderr);
});

test('settings that are right are called right, and wrong ones as a start would call them', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'berth.yml'), 'listen: localhost:5005\ndrain_delay: 1\n');
  const right = await berth(['config', 'check'], { cwd: folder });
  assert.deepEqual([right.code, right.stdout], [0, 'The settings are valid.\n']);
  const wrong = await berth(['config', 'check', '--listen', '0.0.0.0:1'], { cwd: folder });
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /--insecure-http/);
});

test('the settings in effect are shown with where they come from, flag before variable before file', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'berth.yml'), 'listen: localhost:1\ndrain_delay: 1\nlog_level: warn\n');
  const { code, stdout } = await berth(['config', 'show', '--origin', '--listen', 'localhost:3'], {
    cwd: folder,
    env: { BERTH_LISTEN: 'localhost:2', BERTH_DRAIN_DELAY: '2' },
  });
  assert.equal(code, 0);
  assert.match(stdout, /^listen: localhost:3 +# --listen$/m);
  assert.match(stdout, /^drain_delay: 2 +# BERTH_DRAIN_DELAY$/m);
  assert.match(stdout, /^log_level: warn +# .*berth\.yml/m);
  assert.match(stdout, /^default_project: library +# default$/m);
  assert.match(stdout, new RegExp(`^storage: ${join(folder, 'data', 'storage')}`, 'm'));
});

test('secrets are never shown', async () => {
  const env = {
    BERTH_ADMIN_PASSWORD: 'Tell-Nobody-1',
    BERTH_DATABASE_URL: 'postgres://berth:Tell-Nobody-2@localhost/berth',
  };
  for (const args of [['--origin'], ['--json'], []]) {
    const { code, stdout, stderr } = await berth(['config', 'show', ...args], { env });
    assert.equal(code, 0);
    assert.doesNotMatch(`${stdout}${stderr}`, /Tell-Nobody/);
  }
});

test('what is shown as JSON can be read as JSON', async () => {
  const { stdout } = await berth(['config', 'show', '--json']);
  const rows = JSON.parse(stdout) as { key: string; value: string; origin: string }[];
  assert.equal(rows.find((row) => row.key === 'listen')?.value, 'localhost:5000');
  const { stdout: version } = await berth(['version', '--json']);
  const facts = JSON.parse(version) as { version: string; node: string };
  assert.match(facts.version, /^\d+\.\d+\.\d+/);
  assert.ok(Number(facts.node.split('.')[0]) >= 26);
});

test('the version is told by the command, and by the option that other programs have', async () => {
  const told = await Promise.all([['version'], ['--version']].map((args) => berth(args)));
  assert.deepEqual(
    told.map(({ code, stderr }) => [code, stderr]),
    [
      [0, ''],
      [0, ''],
    ],
  );
  assert.match(told[0]?.stdout ?? '', /^\d+\.\d+\.\d+\n$/);
  assert.equal(told[1]?.stdout, told[0]?.stdout);
});

for (const lang of ['en', 'zh']) {
  test(`every exit code is explained in ${lang}`, async () => {
    const { code, stdout } = await berth(['help', 'exit-codes'], {
      env: { LANG: lang === 'en' ? 'C.UTF-8' : 'zh_CN.UTF-8' },
    });
    assert.equal(code, 0);
    for (const each of [0, 1, 2, 5, 6, 7, 8, 9, 130, 143])
      assert.match(stdout, new RegExp(`^ +${each} `, 'm'));
    assert.equal(chinese.test(stdout), lang === 'zh');
  });
}

test('help is printed for the program and for each command', async () => {
  const { stdout: all, code } = await berth(['help']);
  assert.equal(code, 0);
  for (const command of ['serve', 'config', 'admin', 'verify', 'version', 'help'])
    assert.match(all, new RegExp(`^ +${command}`, 'm'));
  const { stdout: one } = await berth(['help', 'admin', 'reset-password']);
  assert.match(one, /--password-stdin/);
  const { stdout: flag } = await berth(['serve', '--help']);
  assert.match(flag, /--storage/);
});

test('a reader that goes away ends a command without an outcry', async () => {
  const child = spawn(launcher, ['config', 'show', '--origin'], {
    env: cleanEnvironment(),
    cwd: temporaryFolder(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await new Promise((resolve) => {
    child.once('close', resolve);
  });
  assert.doesNotMatch(said, /EPIPE|\n\s+at /);
});
