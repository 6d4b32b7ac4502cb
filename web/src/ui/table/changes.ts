let count = 0;

/** What lists show may have changed, and is asked for anew. */
export function tellChange(): void {
  count += 1;
}

/** So often until now. */
export function changesSoFar(): number {
  return count;
}
