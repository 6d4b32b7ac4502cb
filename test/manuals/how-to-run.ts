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

const alicePassword = 'Correct-Horse-8';

/** By the first line of the command, as it stands on the pages; a line that is on no page fails the test. */
export const howToRun: Readonly<Record<string, HowToRun>> = {
  'npm start': { stays: true },
  'docker login -u admin localhost:5000': { answers: ['{password}'] },
  'skopeo login --tls-verify=false -u admin localhost:5000': { answers: ['{password}'] },
  'podman login --tls-verify=false -u admin localhost:5000': { answers: ['{password}'] },
  'bin/berth user add alice': { answers: [alicePassword, alicePassword] },
};
