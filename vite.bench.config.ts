import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import packageJson from './package.json';

/**
 * The bench page, built apart from the playground, so that no chunk of one can be asked for by the other: it loads the
 * libraries that it compares with. Its policy is not the playground's: those libraries are not written for Trusted Types.
 */
const OUT_DIR = process.env['BENCH_OUT_DIR'] ?? '../dist/bench';

/** As pinned. */
const versions = {
  'onnxruntime-web': packageJson.dependencies['onnxruntime-web'],
  '@tensorflow/tfjs-backend-webgpu': packageJson.devDependencies['@tensorflow/tfjs-backend-webgpu'],
  '@jax-js/jax': packageJson.devDependencies['@jax-js/jax'],
};

export default defineConfig({
  root: 'bench',
  base: './',
  publicDir: false,
  plugins: [react()],
  define: { PEER_VERSIONS: JSON.stringify(versions) },
  worker: { format: 'es' },
  build: { target: 'es2023', assetsInlineLimit: 0, outDir: OUT_DIR, emptyOutDir: true, chunkSizeWarningLimit: 4000 },
});
