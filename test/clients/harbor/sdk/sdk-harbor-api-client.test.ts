import { operationTests } from './operation-suite.ts';
import { harborApiClient } from './sdks.ts';

await operationTests(harborApiClient);
