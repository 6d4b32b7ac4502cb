import { operationTests } from './operation-suite.ts';
import { roundTripTests } from './round-trip-suite.ts';
import { goClient } from './sdks.ts';

await operationTests(goClient);
await roundTripTests(goClient);
