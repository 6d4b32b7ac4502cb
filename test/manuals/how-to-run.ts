/** How a command of the manual is run where pasting it and waiting for its end is not enough. */
export interface HowToRun {
  /** Why no test runs it. */
  readonly notRun?: string;
  /** It stays in a terminal of its own, as a server does. */
  readonly stays?: true;
  /** What is typed when it asks; `{password}` is the administrator's, as the first start showed it. */
  readonly answers?: readonly string[];
  /** With which code it ends, when the page shows a refusal. */
  readonly code?: number;
}

const alice = 'Correct-Horse-8';
const database = 'Correct-Horse-9';
const noSystemd = 'needs a machine that systemd has started';

/** By a line of the block of commands, as it stands on the pages; a line that is on no page fails the test. */
export const howToRun: Readonly<Record<string, HowToRun>> = {
  'npm start': { stays: true },
  'runuser -u berth -- berth serve --config /etc/berth/berth.yml': { stays: true },
  'runuser -u berth -- berth serve --config /etc/berth/postgres.yml': { stays: true },
  'systemctl daemon-reload': { notRun: noSystemd },
  'runuser -u postgres -- createuser --pwprompt berth': { answers: [database, database] },
  'docker login -u admin localhost:5000': { answers: ['{password}'] },
  'podman login --tls-verify=false -u admin localhost:5000': { answers: ['{password}'] },
  'skopeo login --tls-verify=false -u admin localhost:5000': { answers: ['{password}'] },
  'bin/berth user add alice': { answers: [alice, alice] },
  'docker login -u alice localhost:5000': { answers: [alice] },
};
