import { randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import type { RestRoute } from '../../access/rest-route.ts';
import type { PullWishes } from '../../content/pulls/pull-log.ts';
import type { OutgoingConfig } from '../../platform/config/addresses/outgoing-config.ts';
import type { ListenAddress } from '../../platform/config/listen-address.ts';
import { version } from '../../platform/config/version.ts';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { Database } from '../../platform/db/database.ts';
import { Deliveries } from '../../platform/deliveries/deliveries.ts';
import { GuardedClient } from '../../platform/http/outgoing/guarded-client.ts';
import { ownAddresses } from '../../platform/http/outgoing/own-addresses.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import type { Logger } from '../../platform/log/logger.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { executionRoutes } from './execution-routes.ts';
import { onlyWhileOn } from './listening/only-while-on.ts';
import { pullWishesOf } from './listening/pull-wishes-of.ts';
import { makeMessages } from './make-messages.ts';
import { ownRoutes } from './own-routes.ts';
import { policyRoutes } from './routes.ts';
import { sendWebhook } from './send-webhook.ts';
import { mailSettingsOf } from './sending/mail-settings-of.ts';
import { deliveryRoutes } from './system/delivery-routes.ts';
import { systemWebhookRoutes } from './system/routes.ts';
import { KnownListeners, type WebhookListener } from './webhook-listener.ts';

export interface WebhooksDeps {
  readonly db: Database;
  readonly masterKey: MasterKey;
  readonly settings: Pick<Settings, 'get'>;
  readonly externalUrl: string | undefined;
  readonly listen: ListenAddress;
  readonly outgoing: OutgoingConfig;
  readonly prefix: () => string;
  readonly log: Pick<Logger, 'warn'>;
}

export interface Webhooks {
  readonly routes: readonly RestRoute[];
  readonly job: PeriodicJob;
  readonly pullWishes: PullWishes;
}

/** Who is told over HTTP of what happens, and what became of it. */
export function createWebhooks(deps: WebhooksDeps): Webhooks {
  const { db, masterKey, settings, externalUrl, listen, outgoing, prefix, log } = deps;
  const client = new GuardedClient({ ...outgoing, own: ownAddresses });
  const on = (): boolean => settings.get('notification_enable');
  const known = new KnownListeners();
  const own = `${listen.loopback ? 'localhost' : hostname()}:${listen.port}`;
  const host = externalUrl === undefined ? own : new URL(externalUrl).host;
  const forMessages = { prefix, host: () => host };
  const mail = mailSettingsOf(settings);
  const forSending = { db, masterKey, client, mail, version: version() };
  const deliveries = new Deliveries<WebhookListener>({
    db,
    log,
    chance: () => randomInt(1000) / 1000,
    source: {
      listeners: (reader) => known.read(reader),
      messages: async (reader, events, listeners) =>
        makeMessages(forMessages, reader, { events: await onlyWhileOn(reader, events, on()), listeners }),
      send: (delivery) => sendWebhook(forSending, delivery),
    },
  });
  const editing = { db, masterKey, client, mail, externalUrl };
  return {
    routes: [
      ...policyRoutes(editing),
      ...executionRoutes({ db }),
      ...catalogueRoutes({ db }),
      ...ownRoutes({ db, host: forMessages.host }),
      ...systemWebhookRoutes(editing),
      ...deliveryRoutes({ db, host: forMessages.host }),
    ],
    job: deliveries.job,
    pullWishes: pullWishesOf(db, on),
  };
}
