/** Route templates of HTTP functions: literal segments, `{name}`, and `{name?}` at the end. */

export interface RouteTemplate {
  /** Literal segments first: a route that says more about a path wins over one that says less. */
  readonly weight: number;
  /** @returns the values of the template's names, or null where the path is another's. */
  match(path: string): Readonly<Record<string, string>> | null;
}

interface Segment {
  readonly name: string | null;
  readonly text: string;
  readonly optional: boolean;
}

/** @throws Error where the template uses what this host does not know, so that nobody finds out in Azure. */
export function parseRoute(template: string): RouteTemplate {
  const segments = template
    .split('/')
    .filter((part) => part !== '')
    .map((part): Segment => {
      const named = /^\{([A-Za-z][A-Za-z0-9]*)(\?)?\}$/.exec(part);
      if (named !== null) return { name: named[1] ?? '', text: '', optional: named[2] === '?' };
      if (/[{}*]/.test(part))
        throw new Error(`the route "${template}" uses a constraint or wildcard, which is not supported`);
      return { name: null, text: part.toLowerCase(), optional: false };
    });
  if (segments.slice(0, -1).some(({ optional }) => optional)) {
    throw new Error(`only the last segment of the route "${template}" may be optional`);
  }
  return {
    weight: segments.filter(({ name }) => name === null).length,
    match(path) {
      const parts = path.split('/').filter((part) => part !== '');
      if (parts.length > segments.length) return null;
      const values: Record<string, string> = {};
      for (const [at, segment] of segments.entries()) {
        const part = parts[at];
        if (part === undefined) {
          if (!segment.optional) return null;
          continue;
        }
        if (segment.name === null) {
          if (part.toLowerCase() !== segment.text) return null;
          continue;
        }
        try {
          values[segment.name] = decodeURIComponent(part);
        } catch {
          return null;
        }
      }
      return values;
    },
  };
}
