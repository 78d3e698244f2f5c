import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { compressedPreview, nameResults, preloadFirstRun } from './scripts/vite-plugins';

/**
 * Everything comes from the page's own origin; WebAssembly may be compiled, but no string is ever evaluated.
 * 'unsafe-inline' is for style attributes only, which React and d3 set on elements.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A static host such as GitHub Pages cannot send headers, so the policy travels in the page. The dev server needs inline scripts. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}

export default defineConfig({
  // Relative addresses: the built page works in any folder of any host.
  base: './',
  plugins: [react(), contentSecurityPolicy(), preloadFirstRun(), nameResults(), compressedPreview()],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // data: addresses are not among the policy's sources, so nothing may be inlined as one.
    assetsInlineLimit: 0,
    // The manifest tells e2e/budget.spec.ts which files the first load needs.
    manifest: true,
  },
});
