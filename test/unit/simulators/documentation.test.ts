import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startSimulators } from '../../../simulators';
import type { Simulators } from '../../../simulators';
import { readFaultFile } from '../../../simulators/kit/read-fault-file';

const text = readFileSync(path.join(__dirname, '../../../docs/simulators.md'), 'utf8');
const examples = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => json ?? '');

/** Every kind that a fault file can name; the type check fails here when one is added without a thought. */
const KINDS: Readonly<Record<ReturnType<typeof readFaultFile>[number]['fault']['kind'], true>> = {
  status: true,
  'stall-headers': true,
  'stall-body': true,
  'cut-json': true,
  html: true,
  disconnect: true,
  'token-dies': true,
  redirect: true,
  slow: true,
  'fleet-remove': true,
  'fleet-add': true,
  'repeat-next': true,
  empty: true,
  'duplicate-rows': true,
  'missing-rows': true,
  'page-size-cap': true,
  'wrong-total': true,
  'foreign-next': true,
  'export-stuck': true,
  'export-failed': true,
  'wrong-version': true,
};

describe('docs/simulators.md', () => {
  let simulators: Simulators;
  beforeAll(async () => {
    simulators = await startSimulators({
      intune: 1,
      jamf: 1,
      workspaceOne: 1,
      seed: 1,
      latency: 'none',
      faults: [],
      port: 0,
    });
  });
  afterAll(() => simulators.close());

  test.each(examples.map((example, at) => [at + 1, example] as const))('example %d is accepted', (_at, example) => {
    expect(() => simulators.setFaults(readFaultFile(example))).not.toThrow();
  });

  test('there is an example of every fault', () => {
    const shown = new Set(examples.flatMap((example) => readFaultFile(example).map(({ fault }) => fault.kind)));
    expect(Object.keys(KINDS).filter((kind) => ![...shown].some((one) => one === kind))).toEqual([]);
  });

  test('every route is named', () => {
    const named = (name: string): boolean => text.includes(`\`${name}\``);
    expect(simulators.routeNames.length).toBeGreaterThan(20);
    expect(simulators.routeNames.filter((name) => !named(name))).toEqual([]);
  });
});
