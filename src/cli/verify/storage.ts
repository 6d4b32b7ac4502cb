import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, configOf, type Flags, note, print, say } from '../cli.ts';
import { withServer } from '../client/with-server.ts';
import { cliTexts } from '../text.ts';
import { formatBytes } from './format-bytes.ts';

export async function verifyStorageCommand(cli: Cli, flags: Flags): Promise<number> {
  const { config } = configOf(cli, flags);
  const report = await withServer(cli, config, {
    path: '/verify/storage',
    body: {},
    offline: (server) => server.verifyStorage(),
  });
  const damaged = report.missing + report.wrongSize > 0;
  if (flags['json'] === true) print(JSON.stringify(report, null, 2));
  else {
    print(say(cli, cliTexts.verifyBlobs, { blobs: report.blobs, size: formatBytes(report.bytes) }));
    print(say(cli, cliTexts.verifyMissing, { count: report.missing }));
    print(say(cli, cliTexts.verifyWrongSize, { count: report.wrongSize }));
    print(say(cli, cliTexts.verifyStrays, { count: report.strays, size: formatBytes(report.strayBytes) }));
    for (const { digest, problem } of report.damaged) print(`${digest}  ${problem}`);
    if (damaged) note(say(cli, cliTexts.verifyHeal));
  }
  return damaged ? exitCodes.problemsFound : exitCodes.done;
}
