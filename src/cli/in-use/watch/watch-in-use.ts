import { setTimeout as delay } from 'node:timers/promises';
import { ArchiveProblem } from '../../../lib/archive-problem.ts';
import { exitCodes } from '../../../lib/start-problem.ts';
import { type Cli, type Flags, note, say } from '../../cli.ts';
import { Refused } from '../../client/refused.ts';
import { askedHost, restClient } from '../../rest/rest-client.ts';
import { textFlag } from '../../rest/show.ts';
import { WrongUsage } from '../../wrong-usage.ts';
import { putInUse } from '../put-in-use.ts';
import { imagesOfPods } from './images-of-pods.ts';
import { kubernetesServer } from './kubernetes-server.ts';
import { listPods } from './list-pods.ts';
import { watchTexts } from './text.ts';

const minuteMs = 60_000;

/** A list that could not be read whole is not sent: the one before holds for its hours. */
export async function watchInUse(cli: Cli, flags: Flags): Promise<number> {
  const minutes = textFlag(flags, 'interval') ?? '';
  if (!/^[1-9]\d{0,3}$|^10000$/.test(minutes)) throw new WrongUsage(watchTexts.intervalWrong);
  const registry = textFlag(flags, 'registry') ?? askedHost(cli, flags);
  if (registry === undefined) throw new WrongUsage(watchTexts.registryMissing);
  const client = await restClient(cli, flags);
  const tell = async (): Promise<void> => {
    // Read each time: tokens of Pods are renewed.
    const server = kubernetesServer(cli, textFlag(flags, 'kubeconfig'));
    const images = new Set<string>();
    for await (const pods of listPods(server))
      for (const image of imagesOfPods(pods, registry)) images.add(image);
    const cluster = textFlag(flags, 'cluster') ?? '';
    await putInUse(cli, flags, { client, cluster, images: [...images].toSorted() });
  };
  if (flags['once'] === true) {
    await tell();
    return exitCodes.done;
  }
  for (;;) {
    try {
      await tell();
    } catch (problem) {
      if (!(problem instanceof Refused || problem instanceof ArchiveProblem)) throw problem;
      note(say(cli, watchTexts.failed, { reason: problem.message, minutes }));
    }
    await delay(Number(minutes) * minuteMs);
  }
}
