import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * Dependencies point inwards only: functions, cli, report -> core <- connectors, kms, storage, feeds.
 * Each room lists the rooms and packages it may not import; main.ts is the only place where all of them meet.
 */
const rooms = [
  'bin',
  'build',
  'cli',
  'functions',
  'host',
  'compose',
  'telemetry',
  'report',
  'connectors',
  'kms',
  'storage',
  'feeds',
  'simulators',
  'test',
  'bench',
];
const outside = ['axios', '@azure/*', '@microsoft/*', 'commander', 'yaml', 'csv-parse', 'csv-parse/*', 'yauzl'];

const forbid = (files, names, message, extra = []) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [{ group: names.flatMap((name) => [`**/${name}`, `**/${name}/**`]), message }, ...extra],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '**/*.cjs', 'coverage/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly' } },
  },
  forbid(
    ['core/**/*.ts'],
    [...rooms.filter((room) => room !== 'telemetry' && room !== 'kms'), 'main'],
    'core is the inside: it imports no other room, ports come in as arguments.',
    [
      { group: outside, message: 'core uses no SDK and no HTTP.' },
      // ports/telemetry and ports/kms are ports; telemetry/ and kms/ are rooms.
      { regex: '^(\\.\\./)+(telemetry|kms)(/|$)', message: 'core is the inside: telemetry and keys come in as ports.' },
      { regex: '^node:(?!crypto$)', message: 'core does no I/O; node:crypto is allowed for digests.' },
    ],
  ),
  {
    files: ['core/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval', 'console'],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Time comes in through the Clock port.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Time comes in through the Clock port.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Chance comes in through the Random port.',
        },
      ],
    },
  },
  forbid(
    ['connectors/intune/**/*.ts'],
    ['cli', 'functions', 'report', 'storage', 'feeds', 'simulators', 'main', 'jamf', 'workspace-one'],
    'A connector knows core, connectors/http and itself.',
  ),
  forbid(
    ['connectors/jamf/**/*.ts'],
    ['cli', 'functions', 'report', 'storage', 'feeds', 'simulators', 'main', 'intune', 'workspace-one'],
    'A connector knows core, connectors/http and itself.',
  ),
  forbid(
    ['connectors/workspace-one/**/*.ts'],
    ['cli', 'functions', 'report', 'storage', 'feeds', 'simulators', 'main', 'intune', 'jamf'],
    'A connector knows core, connectors/http and itself.',
  ),
  forbid(
    ['connectors/http/**/*.ts'],
    ['cli', 'functions', 'report', 'storage', 'feeds', 'simulators', 'main', 'intune', 'jamf', 'workspace-one'],
    'connectors/http is what all connectors share: it names no vendor.',
  ),
  forbid(
    ['storage/**/*.ts', 'feeds/**/*.ts', 'kms/**/*.ts'],
    ['cli', 'functions', 'report', 'connectors', 'simulators', 'main'],
    'storage, feeds and kms know core only.',
  ),
  forbid(
    ['telemetry/**/*.ts'],
    ['cli', 'functions', 'host', 'compose', 'report', 'connectors', 'storage', 'feeds', 'simulators', 'main'],
    'telemetry knows the port only.',
  ),
  forbid(
    ['host/**/*.ts'],
    ['cli', 'functions', 'compose', 'report', 'connectors', 'storage', 'feeds', 'simulators', 'main'],
    'The host runs a bundle over the ports; it knows no function.',
  ),
  forbid(
    ['functions/**/*.ts'],
    ['cli', 'host', 'compose', 'connectors', 'storage', 'feeds', 'simulators'],
    'Functions start from main.',
  ),
  forbid(
    ['report/**/*.ts'],
    ['cli', 'functions', 'connectors', 'storage', 'feeds', 'simulators', 'main'],
    'report knows core only.',
  ),
  forbid(
    ['simulators/**/*.ts'],
    ['cli', 'functions', 'report', 'connectors', 'storage', 'feeds', 'kms', 'core', 'main'],
    'Simulators are written from the facts and stand alone: they share nothing with what they test.',
  ),
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
);
