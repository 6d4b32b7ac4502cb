/** What Harbor's page offers by name: the same times are told by their names again. */
const named: ReadonlyMap<string, 'Hourly' | 'Daily' | 'Weekly'> = new Map([
  ['0 0 * * * *', 'Hourly'],
  ['0 0 0 * * *', 'Daily'],
  ['0 0 0 * * 0', 'Weekly'],
]);

export function typeOfCron(cron: string): 'Hourly' | 'Daily' | 'Weekly' | 'Custom' {
  return named.get(cron) ?? 'Custom';
}
