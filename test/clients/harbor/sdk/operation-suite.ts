import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { contract } from '../../../contract/harbor-contract.ts';
import { operationsOf, servedDocument } from '../../../contract/served-document.ts';
import { BerthServer, password } from '../../../harness/start-server.ts';
import { contentTests } from './content-suite.ts';
import { controlTests } from './control-suite.ts';
import { policyTests } from './policy-suite.ts';
import { type Sdk, SdkDriver } from './sdk-driver.ts';
import { workTests } from './work-suite.ts';

const admin = { username: 'admin', password };

/** Refused to every caller: one is for Harbor's own parts, the other needs sign-in by OIDC. */
const refusedToAll = ['getInternalconfig', 'setCliSecret'];

/** Creates, reads, lists, changes and deletes with a library of Harbor's everything that there are operations for. */
export async function operationTests(sdk: Sdk): Promise<void> {
  const server = await BerthServer.start({ env: { BERTH_OUTGOING_ADDRESSES: '127.0.0.1' } });
  after(() => server[Symbol.asyncDispose]());
  const driver = await SdkDriver.start(sdk, server, admin);
  after(() => driver[Symbol.asyncDispose]());
  controlTests(driver, server);
  contentTests(driver, server);
  workTests(driver, server);
  await policyTests(driver, server);

  test('the certificate of the server’s own authority is read over HTTPS, which it makes trusted', async () => {
    await using own = await BerthServer.start({ args: ['--tls', 'self'] });
    await using trusting = await SdkDriver.start(sdk, own, admin, join(own.data, 'tls', 'ca.crt'));
    const certificate = await trusting.call<string>('getCert');
    assert.ok(certificate.startsWith('-----BEGIN CERTIFICATE-----'), certificate);
    driver.driven.add('getCert');
  });

  test(`${sdk.name}: every operation of Harbor’s that is served was driven, but those that it cannot`, async (t) => {
    const harbors = new Set(contract.operations.map(({ operationId }) => operationId));
    const served = operationsOf(await servedDocument(server))
      .map(({ operationId }) => operationId)
      .filter((id) => harbors.has(id));
    const cannot = [...refusedToAll, ...sdk.lacks, ...sdk.misreads];
    assert.deepEqual(
      served.filter((id) => !driver.driven.has(id)).toSorted(),
      served.filter((id) => cannot.includes(id)).toSorted(),
    );
    for (const id of sdk.lacks) assert.match(await driver.lacking(id), /has no operation/);
    t.diagnostic(
      `${sdk.name}: ${driver.driven.size} of ${served.length} operations driven, ${driver.calls} calls`,
    );
  });
}
