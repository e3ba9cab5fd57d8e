// The scripts are plain ones that share the name `guantu`: they stand in one page, without a server or a bundler.
module.exports = [
  { ignores: ["eslint.config.js", "vendor/*"] },
  {
    files: ["assets/*.js"],
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: "script",
      globals: Object.fromEntries(
        (
          "window document console navigator L guantu atob btoa fetch performance Blob Response URL URLSearchParams " +
          "TextDecoder DecompressionStream ResizeObserver AbortController requestAnimationFrame setTimeout clearTimeout " +
          "setInterval clearInterval Path2D ImageData localStorage ClipboardItem Tabulator"
        )
          .split(" ")
          .map((name) => [name, "readonly"]),
      ),
    },
  },
  {
    // Modules of their own, in pages of the server.
    files: ["assets/chapters.js", "assets/analyse.js"],
    languageOptions: { sourceType: "module" },
    rules: { strict: "off", "no-implicit-globals": "off" },
  },
  {
    // The tests run in Node: they load the scripts, and share nothing with them.
    files: ["tests/*.js"],
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: "commonjs",
      globals: {
        __dirname: "readonly",
        structuredClone: "readonly",
        URLSearchParams: "readonly",
        setImmediate: "readonly",
      },
    },
  },
  {
    files: ["**/*.js"],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-undef": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: "error",
      "no-shadow": "error",
      "no-implicit-globals": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-self-compare": "error",
      "no-unreachable": "error",
      "no-dupe-keys": "error",
      "no-fallthrough": "error",
      strict: ["error", "global"],
      complexity: ["error", 16],
      "max-lines": ["error", 330],
      "max-len": ["error", { code: 110 }],
    },
  },
];
