/**
 * Runs the small part of KQL that our alerts are written in, so that they are tested on lines as we write them:
 * `where`, `extend`, `project`, `summarize … by`, comparisons, `and`, `or`, `in`, and a handful of functions.
 * Anything else is an error and not a guess.
 */

type Value = string | number | boolean | Date | null | readonly Value[] | { readonly [name: string]: Value };
export type Row = Readonly<Record<string, Value>>;

interface Scope {
  readonly row: Row;
  /** The rows of the group, inside `summarize` only. */
  readonly group: readonly Row[] | null;
  readonly now: Date;
}
type Expression = (scope: Scope) => Value;
interface Column {
  readonly name: string;
  readonly of: Expression;
}
type Step = (rows: readonly Row[], now: Date) => readonly Row[];

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)(ms|[smhd])?(?![\w.])|"([^"\\]*)"|([A-Za-z_]\w*)|(==|!=|<=|>=|[<>=|(),.]))/y;
const UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3 };

interface Token {
  readonly kind: 'number' | 'text' | 'word' | 'sign' | 'end';
  readonly text: string;
  readonly value: number;
}

function tokens(query: string): Token[] {
  const text = query.replace(/^\s*\/\/.*$/gm, '').trimEnd();
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`KQL that the tests do not know: ${text.slice(at, at + 30)}`);
    const [, number, unit, string, word, sign] = match;
    if (number !== undefined)
      found.push({
        kind: 'number',
        text: number,
        value: Number(number) * (unit === undefined ? 1 : (UNIT[unit] ?? NaN)),
      });
    else if (string !== undefined) found.push({ kind: 'text', text: string, value: NaN });
    else if (word !== undefined) found.push({ kind: 'word', text: word, value: NaN });
    else found.push({ kind: 'sign', text: sign ?? '', value: NaN });
  }
  return [...found, { kind: 'end', text: 'end', value: NaN }];
}

const asText = (value: Value): string => {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
const asNumber = (value: Value): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
};
const order = (value: Value): number | null => (value instanceof Date ? value.getTime() : asNumber(value));
const parsed = (value: Value): Value => {
  try {
    return JSON.parse(asText(value)) as Value;
  } catch {
    return value;
  }
};

/** Functions on values; times come in milliseconds. */
const FUNCTIONS: Readonly<Record<string, (argument: Value, now: Date) => Value>> = {
  tostring: asText,
  toint: (value) => {
    const number = asNumber(value);
    return number === null ? null : Math.trunc(number);
  },
  todouble: asNumber,
  parse_json: parsed,
  ago: (value, now) => new Date(now.getTime() - (asNumber(value) ?? NaN)),
};

/** Functions on the rows of a group. */
const AGGREGATES: Readonly<Record<string, (of: Expression | null, rows: readonly Row[], now: Date) => Value>> = {
  count: (_, rows) => rows.length,
  countif: (of, rows, now) => rows.filter((row) => of?.({ row, group: null, now }) === true).length,
  max: (of, rows, now) => extreme(of, rows, now, 1),
  min: (of, rows, now) => extreme(of, rows, now, -1),
};

function extreme(of: Expression | null, rows: readonly Row[], now: Date, sign: 1 | -1): Value {
  const values = rows.map((row) => of?.({ row, group: null, now }) ?? null).filter((value) => order(value) !== null);
  return values.sort((a, b) => sign * ((order(b) ?? 0) - (order(a) ?? 0)))[0] ?? null;
}

function compare(sign: string, left: Value, right: Value): boolean {
  if (sign === '==' || sign === '!=') {
    const same = typeof left === 'string' || typeof right === 'string' ? left === right : order(left) === order(right);
    return same === (sign === '==');
  }
  const [a, b] = [order(left), order(right)];
  if (a === null || b === null) return false;
  return sign === '<' ? a < b : sign === '<=' ? a <= b : sign === '>' ? a > b : a >= b;
}

class Parser {
  #at = 0;
  readonly #tokens: readonly Token[];
  constructor(query: string) {
    this.#tokens = tokens(query);
  }

  query(): { readonly table: string; readonly steps: readonly Step[] } {
    const table = this.#word();
    const steps: Step[] = [];
    while (this.#take('|')) steps.push(this.#step());
    if (this.#next.kind !== 'end') throw this.#unknown();
    return { table, steps };
  }

  get #next(): Token {
    return this.#tokens[this.#at] as Token;
  }
  #unknown(): SyntaxError {
    return new SyntaxError(`KQL that the tests do not know, at "${this.#next.text}"`);
  }
  #take(text: string): boolean {
    if (this.#next.kind === 'text' || this.#next.text !== text) return false;
    this.#at += 1;
    return true;
  }
  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unknown();
  }
  #word(): string {
    const { kind, text } = this.#next;
    if (kind !== 'word') throw this.#unknown();
    this.#at += 1;
    return text;
  }

  #step(): Step {
    const name = this.#word();
    switch (name) {
      case 'where': {
        const keep = this.#expression();
        return (rows, now) => rows.filter((row) => keep({ row, group: null, now }) === true);
      }
      case 'extend': {
        const columns = this.#columns();
        return (rows, now) => rows.map((row) => ({ ...row, ...filled(columns, { row, group: null, now }) }));
      }
      case 'project': {
        const columns = this.#columns();
        return (rows, now) => rows.map((row) => filled(columns, { row, group: null, now }));
      }
      case 'summarize': {
        const figures = this.#columns();
        const by = this.#take('by') ? this.#columns() : [];
        return (rows, now) => summarized(rows, figures, by, now);
      }
      default:
        throw new SyntaxError(`KQL that the tests do not know: | ${name}`);
    }
  }

  #columns(): readonly Column[] {
    const columns: Column[] = [];
    do {
      const start = this.#at;
      const name = this.#word();
      if (!this.#take('=')) this.#at = start;
      columns.push({ name, of: this.#expression() });
    } while (this.#take(','));
    return columns;
  }

  #expression(): Expression {
    let left = this.#conjunction();
    while (this.#take('or')) {
      const [first, second] = [left, this.#conjunction()];
      left = (scope) => first(scope) === true || second(scope) === true;
    }
    return left;
  }

  #conjunction(): Expression {
    let left = this.#comparison();
    while (this.#take('and')) {
      const [first, second] = [left, this.#comparison()];
      left = (scope) => first(scope) === true && second(scope) === true;
    }
    return left;
  }

  #comparison(): Expression {
    const left = this.#operand();
    if (this.#take('in')) {
      const choices = this.#arguments();
      return (scope) => choices.some((choice) => compare('==', left(scope), choice(scope)));
    }
    for (const sign of ['==', '!=', '<=', '>=', '<', '>']) {
      if (!this.#take(sign)) continue;
      const right = this.#operand();
      return (scope) => compare(sign, left(scope), right(scope));
    }
    return left;
  }

  #arguments(): readonly Expression[] {
    this.#expect('(');
    const found: Expression[] = [];
    if (this.#take(')')) return found;
    do found.push(this.#expression());
    while (this.#take(','));
    this.#expect(')');
    return found;
  }

  #operand(): Expression {
    const { kind, text, value } = this.#next;
    if (kind === 'number' || kind === 'text') {
      this.#at += 1;
      const constant = kind === 'number' ? value : text;
      return () => constant;
    }
    if (this.#take('(')) {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    const name = this.#word();
    if (this.#next.kind === 'sign' && this.#next.text === '(') return this.#call(name);
    const path = [name];
    while (this.#take('.')) path.push(this.#word());
    return ({ row }) => {
      if (!(name in row)) throw new ReferenceError(`There is no column ${name}.`);
      return path.reduce<Value>((at, part) => member(at, part), row);
    };
  }

  #call(name: string): Expression {
    const [first, ...more] = this.#arguments();
    if (more.length > 0) throw new SyntaxError(`KQL that the tests do not know: ${name} of several values`);
    const onRows = AGGREGATES[name];
    if (onRows !== undefined)
      return ({ group, now }) => {
        if (group === null) throw new SyntaxError(`${name}() belongs into summarize`);
        return onRows(first ?? null, group, now);
      };
    const onValue = FUNCTIONS[name];
    if (onValue === undefined || first === undefined)
      throw new SyntaxError(`KQL that the tests do not know: ${name}()`);
    return (scope) => onValue(first(scope), scope.now);
  }
}

const member = (value: Value, name: string): Value =>
  typeof value === 'object' && value !== null && !(value instanceof Date) && !Array.isArray(value)
    ? ((value as Row)[name] ?? null)
    : null;

const filled = (columns: readonly Column[], scope: Scope): Row =>
  Object.fromEntries(columns.map(({ name, of }) => [name, of(scope)]));

function summarized(
  rows: readonly Row[],
  figures: readonly Column[],
  by: readonly Column[],
  now: Date,
): readonly Row[] {
  const groups = new Map<string, { readonly key: Row; readonly rows: Row[] }>();
  for (const row of rows) {
    const key = filled(by, { row, group: null, now });
    const text = JSON.stringify(key);
    const group = groups.get(text) ?? { key, rows: [] };
    group.rows.push(row);
    groups.set(text, group);
  }
  // Without `by` there is one group, even of no rows.
  if (by.length === 0 && groups.size === 0) groups.set('', { key: {}, rows: [] });
  return [...groups.values()].map((group) => ({
    ...group.key,
    ...filled(figures, { row: {}, group: group.rows, now }),
  }));
}

/** @param tables rows by table; a query of another table is an error */
export function runKql(query: string, tables: Readonly<Record<string, readonly Row[]>>, now: Date): readonly Row[] {
  const { table, steps } = new Parser(query).query();
  const rows = tables[table];
  if (rows === undefined) throw new ReferenceError(`There is no table ${table}.`);
  return steps.reduce((left, step) => step(left, now), rows);
}
