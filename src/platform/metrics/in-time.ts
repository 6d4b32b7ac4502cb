const patienceMs = 3000;

/** Rejects when it takes longer than three seconds: whoever asks for numbers waits for no disk that hangs. */
export async function inTime<T>(value: T | Promise<T>): Promise<T> {
  if (!(value instanceof Promise)) return value;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it took longer than ${patienceMs} ms`)), patienceMs);
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}
