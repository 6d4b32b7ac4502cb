import { operationTests } from './operation-suite.ts';
import { roundTripTests } from './round-trip-suite.ts';
import { harborApiClient } from './sdks.ts';

await operationTests(harborApiClient);
await roundTripTests(harborApiClient);
