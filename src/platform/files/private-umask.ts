/** Files that `work` makes before it returns are the owner's alone. The mask is the whole process's, so no waiting inside. */
export function withPrivateUmask<T>(work: () => T): T {
  const before = process.umask(0o077);
  try {
    return work();
  } finally {
    process.umask(before);
  }
}
