/** Entry of the service worker, built by scripts/service-worker.ts into one script beside the page. */
import type { OfflineFiles } from './files';
import { retire } from './retire';
import type { WorkerScope } from './scope';
import { serve } from './serve';

/** Put in by the build; null for the kill switch. */
declare const OFFLINE_FILES: OfflineFiles | null;

const scope = globalThis as unknown as WorkerScope;
const files = OFFLINE_FILES;
if (files === null) retire(scope);
else serve(scope, files);
