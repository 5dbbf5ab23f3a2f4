/**
 * Any program of operations on an EntityStore gives what a map in memory gives. The map below is the specification in
 * its shortest form; fast-check looks for a program that tells the two apart and shortens it.
 */
import fc from 'fast-check';
import type { EntityStore, EntityWrite } from '../../../core/ports/entity-store';
import { EntityConflict } from '../../../core/ports/entity-store';
import type { EntityStoreSubject } from './entity-store.contract';
import { uniqueName } from './unique-name';

export interface ModelledSubject extends EntityStoreSubject {
  /** Closes the store and opens it again, as a new process would; left out where there is nothing to close. */
  reopen?(): Promise<ModelledSubject>;
}

/** Which etag a conditional write names, relative to what the model knows of the row. */
type Version = 'current' | 'former' | 'of another row';

type PlannedWrite =
  | { readonly kind: 'insert' | 'upsert' | 'drop'; readonly row: string; readonly body: string }
  | { readonly kind: 'update' | 'delete'; readonly row: string; readonly body: string; readonly version: Version };

type Step =
  | { readonly do: 'batch'; readonly partition: string; readonly writes: readonly PlannedWrite[] }
  | { readonly do: 'get'; readonly partition: string; readonly row: string }
  | { readonly do: 'getMany'; readonly partition: string; readonly rows: readonly string[] }
  | {
      readonly do: 'scan';
      readonly partition: string;
      readonly from?: string;
      readonly to?: string;
      readonly limit: number;
    }
  | { readonly do: 'partitions'; readonly prefix: string }
  | { readonly do: 'reopen' };

// Few keys, so that programs meet the same rows again; in the order of their bytes.
const ROWS = ['0', '00', '01', '1', 'A', 'a', 'ab', 'a|', 'é', '電'];
const PARTITIONS = ['p', 'p|1', 'p|2', 'q'];

const row = fc.constantFrom(...ROWS);
const partition = fc.constantFrom(...PARTITIONS);
const body = fc.string({ unit: 'grapheme', maxLength: 8 });
const write: fc.Arbitrary<PlannedWrite> = fc.oneof(
  fc.record({ kind: fc.constantFrom('insert', 'upsert', 'drop'), row, body }),
  fc.record({
    kind: fc.constantFrom('update', 'delete'),
    row,
    body,
    // Mostly the current one, so that programs get somewhere.
    version: fc.constantFrom<Version>('current', 'current', 'current', 'former', 'of another row'),
  }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('batch' as const),
      partition,
      writes: fc.uniqueArray(write, { minLength: 1, maxLength: 5, selector: (planned) => planned.row }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('get' as const), partition, row }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('getMany' as const), partition, rows: fc.array(row, { maxLength: 12 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      { do: fc.constant('scan' as const), partition, from: row, to: row, limit: fc.integer({ min: 1, max: 12 }) },
      { requiredKeys: ['do', 'partition', 'limit'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('partitions' as const), prefix: fc.constantFrom('', 'p', 'p|', 'x') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);

interface Known {
  readonly etag: string;
  readonly body: string;
}

/** The specification: partitions of rows, and every etag a row ever had. */
class Model {
  readonly #partitions = new Map<string, Map<string, Known>>();
  readonly #former = new Map<string, string[]>();

  rowsOf(partition: string): Map<string, Known> {
    const rows = this.#partitions.get(partition) ?? new Map<string, Known>();
    this.#partitions.set(partition, rows);
    return rows;
  }

  partitions(prefix: string): string[] {
    return PARTITIONS.filter((each) => each.startsWith(prefix) && this.rowsOf(each).size > 0);
  }

  /** The etag to name in the write; some etag that is surely not the row's where there is none of the kind asked for. */
  etag(partition: string, planned: PlannedWrite & { readonly version: Version }): string {
    const current = this.rowsOf(partition).get(planned.row)?.etag;
    if (planned.version === 'current') return current ?? this.#formerOf(partition, planned.row) ?? '1';
    if (planned.version === 'former') return this.#formerOf(partition, planned.row) ?? '1';
    return [...this.rowsOf(partition)].find(([other]) => other !== planned.row)?.[1].etag ?? '1';
  }

  #formerOf(partition: string, of: string): string | undefined {
    return this.#former.get(`${partition}/${of}`)?.at(-1);
  }

  /** The first row whose condition does not hold; null when all do. */
  conflict(partition: string, writes: readonly EntityWrite[]): string | null {
    const rows = this.rowsOf(partition);
    const wrong = writes.find((each) => {
      const current = rows.get(each.row);
      if (each.kind === 'insert') return current !== undefined;
      if (each.kind === 'update' || (each.kind === 'delete' && each.etag !== undefined))
        return current?.etag !== each.etag;
      return false;
    });
    return wrong?.row ?? null;
  }

  apply(partition: string, writes: readonly EntityWrite[], etags: readonly string[]): void {
    const rows = this.rowsOf(partition);
    writes.forEach((each, at) => {
      const before = rows.get(each.row);
      const key = `${partition}/${each.row}`;
      if (before !== undefined) this.#former.set(key, [...(this.#former.get(key) ?? []), before.etag]);
      if (each.kind === 'delete') rows.delete(each.row);
      else rows.set(each.row, { etag: etags[at]!, body: each.body });
    });
  }

  everHad(partition: string, of: string): readonly string[] {
    return this.#former.get(`${partition}/${of}`) ?? [];
  }
}

function realise(model: Model, partition: string, planned: PlannedWrite): EntityWrite {
  const { kind, row: at, body: text } = planned;
  switch (kind) {
    case 'insert':
    case 'upsert':
      return { kind, row: at, body: text };
    case 'drop':
      return { kind: 'delete', row: at };
    case 'update':
      return { kind, row: at, body: text, etag: model.etag(partition, planned) };
    case 'delete':
      return { kind, row: at, etag: model.etag(partition, planned) };
  }
}

/** @param runs programs to try; fewer where each operation crosses a network. */
export function describeEntityStoreModel(name: string, open: () => Promise<ModelledSubject>, runs: number): void {
  describe(`entity store against its model: ${name}`, () => {
    it(`${runs} random programs give what a map in memory gives`, async () => {
      let subject = await open();
      try {
        await fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (program) => {
            const table = uniqueName('t');
            const model = new Model();
            for (const each of program) {
              if (each.do === 'reopen') subject = (await subject.reopen?.()) ?? subject;
              else await run(subject.store, table, model, each);
            }
            for (const each of PARTITIONS)
              await run(subject.store, table, model, { do: 'scan', partition: each, limit: 3 });
          }),
          { numRuns: runs },
        );
      } finally {
        await subject.close();
      }
    });
  });
}

async function run(
  store: EntityStore,
  table: string,
  model: Model,
  each: Exclude<Step, { do: 'reopen' }>,
): Promise<void> {
  switch (each.do) {
    case 'batch': {
      const writes = each.writes.map((planned) => realise(model, each.partition, planned));
      const conflict = model.conflict(each.partition, writes);
      if (conflict !== null) {
        await expect(store.batch(table, each.partition, writes)).rejects.toEqual(
          new EntityConflict(table, each.partition, conflict),
        );
        return;
      }
      const etags = await store.batch(table, each.partition, writes);
      etags.forEach((etag, at) => {
        const { kind, row: of } = writes[at]!;
        if (kind === 'delete') expect(etag).toBe('');
        else
          expect([...model.everHad(each.partition, of), model.rowsOf(each.partition).get(of)?.etag]).not.toContain(
            etag,
          );
      });
      model.apply(each.partition, writes, etags);
      return;
    }
    case 'get': {
      const known = model.rowsOf(each.partition).get(each.row);
      expect(await store.get(table, { partition: each.partition, row: each.row })).toEqual(
        known === undefined ? null : { partition: each.partition, row: each.row, ...known },
      );
      return;
    }
    case 'getMany': {
      const found = await store.getMany(table, each.partition, each.rows);
      const sorted = [...found].sort((one, other) => ROWS.indexOf(one.row) - ROWS.indexOf(other.row));
      expect(sorted).toEqual(expected(model, each.partition, (of) => each.rows.includes(of)));
      return;
    }
    case 'scan': {
      const { from, to, limit } = each;
      const found: unknown[] = [];
      let continuation: string | null = null;
      do {
        const page: Awaited<ReturnType<EntityStore['scan']>> = await store.scan(table, each.partition, {
          limit,
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          ...(continuation === null ? {} : { continuation }),
        });
        expect(page.entities.length).toBeLessThanOrEqual(limit);
        found.push(...page.entities);
        continuation = page.continuation;
      } while (continuation !== null);
      const first = from === undefined ? 0 : ROWS.indexOf(from);
      const last = to === undefined ? ROWS.length : ROWS.indexOf(to);
      const inRange = (of: string): boolean => ROWS.indexOf(of) >= first && ROWS.indexOf(of) <= last;
      expect(found).toEqual(expected(model, each.partition, inRange));
      return;
    }
    case 'partitions': {
      expect((await store.partitions(table, each.prefix)).partitions).toEqual(model.partitions(each.prefix));
      return;
    }
  }
}

function expected(model: Model, partition: string, chosen: (of: string) => boolean): unknown[] {
  const rows = model.rowsOf(partition);
  return ROWS.filter((of) => rows.has(of) && chosen(of)).map((of) => ({ partition, row: of, ...rows.get(of) }));
}
