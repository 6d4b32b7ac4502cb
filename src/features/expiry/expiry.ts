import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { certificateLife } from '../../platform/tls/certificate-life.ts';
import type { CertificateSource } from '../../platform/tls/certificate-source.ts';
import { expiryRoutes } from './routes.ts';
import { tellExpiry } from './tell-expiry.ts';

const everyMs = 60 * 60 * 1000;

/** What ends soon: the list, and the job that tells of each once. */
export function createExpiry(deps: {
  readonly db: Database;
  readonly certificate: CertificateSource | undefined;
  readonly prefix: () => string;
  readonly log: Logger;
}): { readonly routes: readonly RestRoute[]; readonly job: PeriodicJob } {
  const { db, prefix, log } = deps;
  const certificate = () =>
    deps.certificate === undefined ? undefined : certificateLife(deps.certificate.pair.certificate);
  return {
    routes: expiryRoutes({ db, certificate, prefix }),
    job: {
      name: 'expiry',
      everyMs,
      run: async (signal) => {
        const count = await tellExpiry({ db, certificate }, signal);
        if (count > 0) log.info({ count }, 'ends that are near were told of');
      },
    },
  };
}
