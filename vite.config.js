// One build of all assets; run by `python -m shizheng.web.build`, which then writes our manifest.
import { resolve } from "node:path";
import { defineConfig } from "vite";

const source = resolve(import.meta.dirname, "shizheng/web/assets");

export default defineConfig({
  root: source,
  base: "./", // addresses relative to the importing file: works under any static address
  logLevel: "warn",
  css: { preprocessorOptions: { scss: { quietDeps: true, loadPaths: [resolve(import.meta.dirname, "node_modules")] } } },
  worker: { format: "es" },
  build: {
    outDir: process.env.SHIZHENG_ASSETS_OUT ?? resolve(import.meta.dirname, "shizheng/web/static/web"),
    emptyOutDir: true,
    manifest: "vite.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // data: addresses in style sheets are refused by our policy
    target: "es2022",
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: { theme: resolve(source, "theme.js"), main: resolve(source, "main.js") },
    },
  },
});
