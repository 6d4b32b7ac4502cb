import { mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { destination, type Logger as PinoLogger, pino, stdSerializers, stdTimeFunctions } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** JSON lines. Never given headers, bodies or secrets. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** A file of the log grows to this size and then becomes `.1`; the ones before it move up. */
const maxFileBytes = 64 * 1024 * 1024;
const keptFiles = 5;
const checkSizeEveryMs = 10_000;
/** A write of each 4 KiB would cost a tenth of a small request. A quiet server's lines are written every 250 ms. */
const batches = { minLength: 32 * 1024, maxWrite: 64 * 1024, periodicFlush: 250 } as const;

export interface Log extends AsyncDisposable {
  /** One for each folder that logs. */
  of(module: string): Logger;
  /** Writes out what is buffered; before the process ends without ceremony. */
  flush(): void;
}

/**
 * Nothing is opened before the first line is written, so that a start that is refused leaves no file behind.
 * @param file path, or undefined for standard error
 */
export function createLog(level: LogLevel, file: string | undefined): Log {
  let opened: OpenLog | undefined;
  const open = (): OpenLog => {
    opened ??= openLog(level, file);
    return opened;
  };
  return {
    of: (module) => lazily(() => open().root.child({ module })),
    flush: () => opened?.out.flushSync(),
    async [Symbol.asyncDispose]() {
      if (opened === undefined) return;
      clearInterval(opened.timer);
      const { out } = opened;
      await new Promise<void>((resolve) => {
        out.once('close', resolve);
        out.end();
      });
    },
  };
}

interface OpenLog {
  readonly root: PinoLogger;
  readonly out: ReturnType<typeof destination>;
  readonly timer: NodeJS.Timeout | undefined;
}

function openLog(level: LogLevel, file: string | undefined): OpenLog {
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const out = destination({ dest: file ?? 2, sync: false, ...batches });
  const root: PinoLogger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: stdSerializers.err },
    },
    out,
  );
  const timer =
    file === undefined
      ? undefined
      : setInterval(() => rotate(file, () => out.reopen()), checkSizeEveryMs).unref();
  return { root, out, timer };
}

function lazily(make: () => PinoLogger): Logger {
  let made: PinoLogger | undefined;
  const logger = (): PinoLogger => {
    made ??= make();
    return made;
  };
  return {
    debug: (facts, message) => logger().debug(facts, message),
    info: (facts, message) => logger().info(facts, message),
    warn: (facts, message) => logger().warn(facts, message),
    error: (facts, message) => logger().error(facts, message),
  };
}

function rotate(file: string, reopen: () => void): void {
  if (statSync(file).size < maxFileBytes) return;
  for (let no = keptFiles - 1; no >= 0; no--) {
    const from = no === 0 ? file : `${file}.${no}`;
    if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, `${file}.${no + 1}`);
  }
  reopen();
}
