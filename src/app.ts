import { type AdmitDeps, admit } from './access/admit.ts';
import { asAdministrator, operatorSession } from './access/as-administrator.ts';
import { createSessions } from './access/create-sessions.ts';
import { newProject } from './access/defaults/require-unlocked.ts';
import { groupAdminRoutes } from './access/grants/group-admin-routes.ts';
import { grantAdminRoutes } from './access/grants/routes.ts';
import { HouseRules, openProblem } from './access/htpasswd/house-rules.ts';
import { projectAdminRoutes } from './access/project-admin-routes.ts';
import { findProject } from './access/projects/project-reads.ts';
import { keepRights } from './access/resolve-and-require.ts';
import type { RestRoute } from './access/rest-route.ts';
import { sessionRoutes } from './access/sessions/routes.ts';
import { keyAdminRoutes, tokenRoutes } from './access/tokens/routes.ts';
import { tokenMinutes } from './access/tokens/token-life.ts';
import { userAdminRoutes } from './access/users/routes.ts';
import { readView } from './access/view-as/views.ts';
import { createBackgroundWork } from './background-work.ts';
import { countMissing } from './content/blobs/blob-reads.ts';
import { StoreWatch } from './content/blobs/store-watch.ts';
import { LayerLibrary } from './content/layers/layer-library.ts';
import { PullCounts } from './content/pulls/pull-counts.ts';
import { SnapshotFolder } from './content/snapshots/snapshot-folder.ts';
import { beginWithRules } from './content/tags/begin-with-rules.ts';
import { createRooms } from './content/uploads/create-rooms.ts';
import { removeLeftStaged } from './content/uploads/remove-left-staged.ts';
import { UploadHashes } from './content/uploads/upload-hashes.ts';
import { createApiPage } from './features/api-page/api-page.ts';
import { createAuditing, openAuditWriters } from './features/audit/audit.ts';
import { createBackup, createSnapshots } from './features/backup/backup.ts';
import { createConsole } from './features/console/console.ts';
import { createDeviceLogins } from './features/device-logins/device-logins.ts';
import { createExpiry } from './features/expiry/expiry.ts';
import { createMetrics, type Metrics } from './features/metrics/metrics.ts';
import { createQuota } from './features/quota/quota.ts';
import { createSystem, databaseProblem, metricsListenerOf, operatorGate } from './features/system/system.ts';
import { createWhoAsks } from './features/users/users.ts';
import { createWebhooks } from './features/webhooks/webhooks.ts';
import { createHousekeeping } from './housekeeping.ts';
import { takeInAtStart } from './import-from-distribution.ts';
import type { OciDeps } from './oci/oci-call.ts';
import { createRecentPulls, forgetPeopleOnChange } from './oci/recent-pulls.ts';
import { ociRoutes } from './oci/routes.ts';
import { asStartProblem, type Base, type BaseDeps, openBase, pathsOf } from './open-base.ts';
import { BytesCache } from './platform/cache/bytes-cache.ts';
import { systemClock } from './platform/clock.ts';
import { refuseForeignFolder } from './platform/config/admin-socket-path.ts';
import type { Config } from './platform/config/load-config.ts';
import { isEncrypted } from './platform/config/tls-config.ts';
import { version } from './platform/config/version.ts';
import { fileOps } from './platform/files/file-ops.ts';
import { AdminSocket } from './platform/http/admin-socket.ts';
import type { ApiRoute } from './platform/http/api/api-route.ts';
import { openApiDocument } from './platform/http/api/open-api-document.ts';
import { serveApi } from './platform/http/api/serve-api.ts';
import { Listeners, type RequestHandler } from './platform/http/listeners.ts';
import { FairShare } from './platform/http/load/fair-share.ts';
import { bindMetricsListener } from './platform/http/metrics/bind-metrics-listener.ts';
import { adminSocketAddress } from './platform/http/operator.ts';
import { createPlainGate } from './platform/http/secure/plain-gate.ts';
import { withHsts } from './platform/http/secure/with-hsts.ts';
import { createHttpServer } from './platform/http/server.ts';
import { TrustedProxies } from './platform/http/trusted-proxies.ts';
import { PeriodicJobs } from './platform/jobs/periodic-jobs.ts';
import { RequestMeter } from './platform/metrics/request-meter.ts';
import type { Traffic } from './platform/metrics/traffic.ts';
import { parsePinned } from './platform/settings/parse-pinned.ts';
import { type SettingChanges, Settings } from './platform/settings/settings.ts';
import { HashPool } from './platform/threads/hash-pool.ts';
import type { CertificateSource } from './platform/tls/certificate-source.ts';
import { readClientAuthorities, StartCertificate } from './platform/tls/start-certificate.ts';
import { restFeatures } from './rest-features.ts';
import { createSignIns } from './sign-ins.ts';

const manifestCacheBytes = 64 * 1024 * 1024;
const smallBlobCacheBytes = 64 * 1024 * 1024;

export interface AppDeps extends BaseDeps {
  /** Shorter in tests: how long a client may leave a connection without progress. */
  readonly idleMs?: number;
}

export interface RunningServer {
  readonly port: number;
  /** Undefined: the metrics have no listener of their own. */
  readonly metricsPort: number | undefined;
  /** Addresses of the default that could not be had. */
  readonly missingAddresses: readonly string[];
  /** Only when it was generated by this start. */
  readonly generatedPassword: string | undefined;
  /** Only while it exists: the file that names the first password. */
  readonly initialPasswordFile: string | undefined;
  /** The generated password was shown to somebody: its file goes. */
  passwordShown(): Promise<void>;
  /** Not ready any more, but still serving. */
  drain(): void;
  /** Answers what was asked, then ends everything. */
  close(): Promise<void>;
}

/** The order of a start: nothing is made before everything that can refuse it was asked. */
export function startServer(config: Config, deps: AppDeps): Promise<RunningServer> {
  return start(config, deps).catch((error: unknown) => {
    throw asStartProblem(error, config);
  });
}

async function start(config: Config, deps: AppDeps): Promise<RunningServer> {
  const { tls } = config;
  const files = deps.files ?? fileOps;
  const clientAuthorities = await readClientAuthorities(isEncrypted(tls) ? tls.clientAuthorities : [], files);
  const proxies = new TrustedProxies(config.trustedProxies);
  const { listeners, missing } = await Listeners.bind(config.listen, config.listenIsDefault, {
    tls: isEncrypted(tls) ? { clientCertificates: clientAuthorities !== undefined } : undefined,
    idleMs: deps.idleMs,
    connections: {
      count: config.clientConnections,
      isExempt: (address) => proxies.trusts(address),
    },
  });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => listeners.close());
  const { listeners: own, announce } = await bindMetricsListener(
    config.metricsListen,
    config.metricsListenIsDefault,
  );
  if (own !== undefined) stack.defer(() => own.close());
  const forTls = { files, clock: systemClock, log: deps.log.of('tls') };
  const use = (source: CertificateSource): void => {
    if (isEncrypted(tls)) listeners.encryptWith(source, { clientAuthorities, oldest: tls.oldest });
  };
  const certificate = stack.use(await StartCertificate.open(config, { ...forTls, use }));
  const locked = (): Promise<() => Promise<void>> => certificate.openOwn();
  const takeIn = takeInAtStart(config, deps);
  const base = stack.use(await openBase(config, deps, { create: true, locked, takeIn }));
  const server = stack.use(
    await compose(config, deps, {
      ...base,
      traffic: listeners.traffic,
      certificate: certificate.source,
      proxies,
      metricsPort: own?.port,
    }),
  );
  base.keep();
  listeners.serve(isEncrypted(tls) && tls.hsts ? withHsts(server.handle) : server.handle);
  own?.serve(server.answerMetrics);
  announce(deps.log.of('metrics'));
  const rest = stack.move();
  return {
    port: listeners.port,
    metricsPort: own?.port,
    missingAddresses: missing,
    generatedPassword: base.generatedPassword,
    initialPasswordFile: await base.folder.initialPasswordFile(),
    passwordShown: () => base.folder.forgetInitialPassword(),
    drain: server.drain,
    close: async () => {
      // What lasts until somebody ends it is not waited for.
      server.drain();
      await Promise.all([listeners.close(), own?.close()]);
      await rest.disposeAsync();
    },
  };
}

function pinnedBy({ configOverwriteJson: given }: Config): { readonly pinned?: SettingChanges } {
  return given === undefined ? {} : { pinned: parsePinned(given.reveal()) };
}

interface Composed extends AsyncDisposable {
  readonly handle: RequestHandler;
  readonly answerMetrics: RequestHandler;
  readonly drain: () => void;
}

/** Concatenates what the folders offer. */
async function compose(
  config: Config,
  deps: AppDeps,
  base: Base & {
    readonly traffic: Traffic;
    readonly certificate: CertificateSource | undefined;
    readonly proxies: TrustedProxies;
    readonly metricsPort: number | undefined;
  },
): Promise<Composed> {
  const { db, store, folder, instance, passwords, masterKey } = base;
  const { log } = deps;
  await using stack = new AsyncDisposableStack();
  const hashPool = stack.use(HashPool.start(base.threads, deps.die));
  const hashes = new UploadHashes(hashPool);
  const forgetInitialPassword = () => folder.forgetInitialPassword();
  const left = await removeLeftStaged({ db, store });
  if (left > 0) log.of('uploads').info({ count: left }, 'staged content of ended uploads was removed');
  const watch = stack.use(new StoreWatch({ db, store }, log.of('storage')));
  const storeIsOurs = (): Promise<boolean> => watch.check();
  const files = deps.files ?? fileOps;
  const rooms = createRooms(config, files, store);
  const snapshots = createSnapshots({
    db,
    store,
    folder: new SnapshotFolder(files, pathsOf(config.data).snapshots),
    storeIsOurs,
    requireRoom: rooms.requireForSnapshot,
    keep: config.snapshots,
    log: log.of('snapshots'),
  });
  const settings = stack.use(
    await Settings.open({
      db,
      masterKey,
      log: log.of('settings'),
      defaults: { token_expiration: tokenMinutes(config.tokenLifeSeconds) },
      ...pinnedBy(config),
    }),
  );
  const ending = new AbortController();
  const draining = new AbortController();
  const { externalUrl } = config;
  const prefix = () => settings.get('robot_name_prefix');
  const auditDeps = { db, masterKey, settings, externalUrl, prefix, log: log.of('audit') };
  const auditing = createAuditing(auditDeps, ending.signal);
  const expiry = createExpiry({ db, certificate: base.certificate, prefix, log: log.of('expiry') });
  const webhooks = createWebhooks({ ...config, ...auditDeps, log: log.of('webhooks') });
  const jobs = [
    expiry.job,
    webhooks.job,
    ...(await createHousekeeping({ db, store, storeIsOurs, log })),
    ...snapshots.jobs,
    ...auditing.jobs,
  ];
  stack.use(await PeriodicJobs.start({ db, log: log.of('jobs') }, jobs));
  for (const file of await folder.readableByGroup())
    log.of('files').warn({ file }, 'a file with secrets can be read by its group');
  const { defaultProject, distribution } = config;
  stack.use(await HouseRules.start({ db, files, passwords, log: log.of('access') }, distribution));
  const begin = beginWithRules(settings);
  const { refusals, pullLog } = stack.use(
    await openAuditWriters({ ...auditDeps, pullWishes: webhooks.pullWishes }),
  );
  const signIns = stack.use(await createSignIns({ ...base, config, settings, log, prefix, refusals }));
  const { authenticate, signIn, stillCounts, attempt } = signIns;
  const stopping = (): boolean => draining.signal.aborted;
  const notReady = (): string | undefined =>
    stopping() ? 'the server is about to stop' : (db.problem ?? watch.problem ?? databaseProblem(db));
  const accounts = { db, passwords, forgetInitialPassword, allowWeak: config.allowWeakAdmin };
  const system = createSystem({
    db,
    settings,
    externalUrl,
    space: () => store.space(),
    authority: () => base.certificate?.authority,
    notReady,
    storageProblem: async () => watch.problem ?? store.problem ?? (await rooms.content.shortage()),
    askDatabase: () => findProject(db.reader, 'library'),
    countMissing: (limit) => countMissing(db.reader, limit),
    snapshotProblem: snapshots.problem,
    forwardingProblem: auditing.problem,
    accessProblem: () => openProblem(distribution),
    certificate: () => base.certificate?.pair.certificate,
    storageIsOurs: () => watch.ours,
    metricsListener: metricsListenerOf(config.metricsListen, base.metricsPort),
    certificateProblem: () => base.certificate?.problem(systemClock()),
    readOnly: () => settings.get('read_only'),
    now: () => db.now(),
    version: version(),
    document: () => openApiDocument(api, { version: version() }),
    details: (...of) => metrics.details(...of),
  });
  const lasts = { prefix, draining: draining.signal, windowMs: config.gcWindowMs, defaultProject };
  const requestMeter = new RequestMeter();
  const workDeps = {
    ...base,
    ...lasts,
    served: () => ({ answers: requestMeter.ended, bytes: base.traffic.total }),
    settings,
    refusals,
    hashPool,
    storeIsOurs,
    instances: (): ReturnType<Metrics['instances']> => metrics.instances(),
    log: log.of('jobs'),
  };
  const work = stack.use(await createBackgroundWork(workDeps, ending.signal));
  const quota = createQuota({ db, settings });
  const selfRegistration = (): boolean => settings.get('self_registration');
  const sessions = createSessions({
    db,
    masterKey,
    signIn,
    sessionMinutes: () => settings.get('session_timeout'),
    selfRegistration,
  });
  const deviceLogins = createDeviceLogins({ db, masterKey, attempt, sessions });
  const restRoutes: readonly RestRoute[] = [
    ...system.restRoutes,
    ...restFeatures({
      ...accounts,
      masterKey,
      store,
      storeIsOurs,
      settings,
      prefix,
      selfRegistration,
      attempt,
      layers: stack.use(new LayerLibrary({ ...base, storeIsOurs, log: log.of('layers') })),
      pullLog,
    }),
    ...quota.routes,
    ...signIns.routes,
    ...deviceLogins.routes,
    ...expiry.routes,
    ...work.routes,
    ...webhooks.routes,
  ];
  const viewOf: AdmitDeps['viewOf'] = async (viewer, token) =>
    readView(masterKey, viewer, { token, now: await db.now() });
  const api: readonly ApiRoute[] = restRoutes.map((route) =>
    admit({ db, signIn, stillCounts, bySession: sessions.bySession, viewOf, refusals }, route),
  );
  const byOperator = { bySession: operatorSession, place: adminSocketAddress };
  const ownApi = restRoutes.map((route) =>
    admit({ db, signIn, stillCounts, ...byOperator, refusals }, route),
  );
  const recent = createRecentPulls(db.dialect);
  const outside = { externalUrl, proxies: base.proxies };
  const caches = {
    manifests: new BytesCache(manifestCacheBytes),
    smallBlobs: new BytesCache(smallBlobCacheBytes),
  };
  const metricsDeps = {
    ...base,
    log: log.of('metrics'),
    hashPool,
    caches: { manifests: caches.manifests, blobs: caches.smallBlobs },
    authenticate,
    components: async () => (await system.health()).components,
    forwardingLag: auditing.lag,
    settings,
    jobMeter: work.meter,
    meter: requestMeter,
    operations: restRoutes,
  };
  const metrics = stack.use(await createMetrics(metricsDeps));
  const ociDeps: OciDeps = {
    db,
    pulls: stack.use(new PullCounts({ db, log: log.of('pulls') })),
    pullLog,
    refusals,
    rights: keepRights(db),
    recent,
    store,
    hashPool,
    hashes,
    instance,
    authenticate,
    ...caches,
    defaultProject,
    linkWindowMs: config.gcWindowMs,
    createsProjects: distribution !== undefined,
    newProject: () => ({ ...newProject(settings), begin }),
    basicRealm: distribution?.realm,
    storeIsOurs,
    requireRoom: () => rooms.content.requireRoom(),
    openUploadLimit: config.openUploads,
    ready: () => watch.ours,
    stopping,
    log: log.of('oci'),
  };
  const gated = config.tls.mode !== 'off' && !config.insecureHttp;
  const plainGate = gated ? createPlainGate({ ...outside, certificate: base.certificate }) : undefined;
  const handle = await createHttpServer(
    [
      forgetPeopleOnChange(recent, db),
      ociRoutes(ociDeps),
      tokenRoutes(signIns),
      sessionRoutes(sessions),
      deviceLogins.page,
      serveApi(api),
      system.routes,
      createApiPage({ routes: () => api }).routes,
      metrics.routes,
      createConsole({ files, entry: deps.entry, whoAsks: createWhoAsks(sessions) }).routes,
    ],
    log.of('http'),
    outside,
    {
      meter: requestMeter,
      fairShare: stack.use(new FairShare(config.clientRequests)),
      gate: (request) => plainGate?.(request) ?? system.readOnlyGate(request),
    },
  );
  const answerMetrics = await createHttpServer([metrics.ownRoutes], log.of('metrics'), outside);
  const adminRoutes = [
    forgetPeopleOnChange(recent, db),
    userAdminRoutes(accounts),
    keyAdminRoutes(signIns),
    projectAdminRoutes({ db, settings, begin }),
    groupAdminRoutes({ db }),
    grantAdminRoutes({ db }),
    quota.adminRoutes,
    work.adminRoutes,
    auditing.adminRoutes,
    ociRoutes({ ...ociDeps, authenticate: asAdministrator }),
    serveApi(ownApi),
    createBackup({ db, files, data: config.data, ending: ending.signal }).adminRoutes,
  ];
  const adminGate = operatorGate(system.readOnlyGate);
  const answerAdmin = await createHttpServer(adminRoutes, log.of('admin'), outside, { gate: adminGate });
  const { adminSocket } = config;
  stack.use(await AdminSocket.open(adminSocket.path, () => refuseForeignFolder(adminSocket), answerAdmin));
  // Before the socket closes, which waits for what it has to answer.
  stack.defer(() => ending.abort());
  const rest = stack.move();
  return {
    handle,
    answerMetrics,
    drain: () => draining.abort(),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
