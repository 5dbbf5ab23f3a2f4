import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeWithBicep, infraFolder, runBicep } from '../support/bicep';

interface Parameter {
  readonly type?: string;
  readonly $ref?: string;
  readonly metadata?: { readonly description?: string };
  readonly allowedValues?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
  readonly additionalProperties?: unknown;
}

interface Template {
  readonly definitions?: Readonly<Record<string, Parameter>>;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly outputs?: Readonly<
    Record<
      string,
      { readonly type: string; readonly value?: unknown; readonly metadata?: { readonly description?: string } }
    >
  >;
  readonly resources: Readonly<
    Record<string, { readonly type: string; readonly properties?: { readonly template?: Template } }>
  >;
}

/** What stands against nonsense in a parameter of its type. */
function isBounded(parameter: Parameter, definitions: Template['definitions']): boolean {
  const { type, $ref, allowedValues, minLength, maxLength, minValue, maxValue, additionalProperties } = parameter;
  if ($ref !== undefined) {
    const definition = definitions?.[$ref.replace('#/definitions/', '')];
    return definition !== undefined && isBounded(definition, definitions);
  }
  if (allowedValues !== undefined) return true;
  switch (type) {
    case 'bool':
      return true;
    case 'string':
    case 'array':
      return minLength !== undefined && maxLength !== undefined;
    case 'int':
      return minValue !== undefined && maxValue !== undefined;
    case 'object':
      return additionalProperties !== undefined && additionalProperties !== true;
    default:
      return false;
  }
}

describeWithBicep('parameters and outputs', () => {
  let main: Template;
  let modules: readonly (readonly [string, Template])[];

  beforeAll(() => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'muster-parameters-'));
    const compiled = path.join(folder, 'main.json');
    runBicep(['build', path.join(infraFolder, 'main.bicep'), '--outfile', compiled]);
    main = JSON.parse(readFileSync(compiled, 'utf8')) as Template;
    rmSync(folder, { recursive: true, force: true });
    modules = Object.entries(main.resources).flatMap(([name, { properties }]) =>
      properties?.template === undefined ? [] : [[name, properties.template] as const],
    );
  });

  test('every parameter of the deployment has bounds', () => {
    const unbounded = Object.entries(main.parameters ?? {}).filter(
      ([, parameter]) => !isBounded(parameter, main.definitions),
    );
    expect(unbounded.map(([name]) => name)).toEqual([]);
    expect(Object.keys(main.parameters ?? {}).length).toBeGreaterThan(20);
  });

  test('the rule about bounds finds a parameter without', () => {
    expect(isBounded({ type: 'string', minLength: 1 }, {})).toBe(false);
    expect(isBounded({ type: 'int', maxValue: 1 }, {})).toBe(false);
    expect(isBounded({ type: 'object' }, {})).toBe(false);
    expect(isBounded({ $ref: '#/definitions/free' }, { free: { type: 'string' } })).toBe(false);
  });

  test('every parameter and output, of the modules too, is described', () => {
    const undescribed = [['main', main] as const, ...modules].flatMap(([where, { parameters = {}, outputs = {} }]) =>
      Object.entries({ ...parameters, ...outputs })
        .filter(([, { metadata }]) => (metadata?.description ?? '').length < 4)
        .map(([name]) => `${where}.${name}`),
    );
    expect(undescribed).toEqual([]);
    expect(modules.length).toBeGreaterThan(10);
  });

  test('no parameter takes a secret and no output gives one', () => {
    const all = [main, ...modules.map(([, template]) => template)];
    const parameters = all.flatMap((template) => Object.values(template.parameters ?? {}));
    expect(parameters.filter(({ type }) => type?.toLowerCase().startsWith('secure'))).toEqual([]);
    for (const { outputs = {} } of all)
      for (const [name, { type, value }] of Object.entries(outputs)) {
        expect(type).not.toMatch(/secure/i);
        expect(`${name} ${JSON.stringify(value)}`).not.toMatch(
          /secret|password|token|accountKey|connectionString|listKeys|instrumentationKey|sas\b/i,
        );
      }
  });
});
