import { operationTests } from './operation-suite.ts';
import { roundTripTests } from './round-trip-suite.ts';
import { harborapi } from './sdks.ts';

await operationTests(harborapi);
await roundTripTests(harborapi);
