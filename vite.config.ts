import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { contentSecurityPolicy } from './scripts/content-security-policy';
import { revision } from './scripts/revision';
import { OFFLINE, serviceWorker } from './scripts/service-worker';
import { compressedPreview, nameResults, preloadFirstRun } from './scripts/vite-plugins';

export default defineConfig({
  // Relative addresses: the built page works in any folder of any host.
  base: './',
  plugins: [react(), contentSecurityPolicy(), preloadFirstRun(), nameResults(), compressedPreview(), serviceWorker()],
  define: { __OFFLINE__: JSON.stringify(OFFLINE), __REVISION__: JSON.stringify(revision()) },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // data: addresses are not among the policy's sources, so nothing may be inlined as one.
    assetsInlineLimit: 0,
    // The manifest tells e2e/budget.spec.ts which files the first load needs.
    manifest: true,
    rollupOptions: { input: { index: 'index.html', teacher: 'teacher.html' } },
  },
});
