/** Finds the route of a request. */
import type { SimRoute, Simulator } from './route';

export interface RouteMatch {
  readonly simulator: Simulator;
  readonly route: SimRoute;
  /** Decoded path below the prefix. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

/** `path-unknown` is a 404, `method-unknown` a 405 with the methods that exist, `undecodable` a 400. */
export type RouteMiss =
  | { readonly miss: 'path-unknown' }
  | { readonly miss: 'method-unknown'; readonly allow: readonly string[] }
  | { readonly miss: 'undecodable' };

export type RouteMatcher = (method: string, rawPath: string) => RouteMatch | RouteMiss;

interface CompiledRoute {
  readonly simulator: Simulator;
  readonly route: SimRoute;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

/**
 * Literal segments match whatever their case, since two of the three vendors are used with both (`/api` and `/API`:
 * facts/workspace-one.md §1). `:name` may be a part of a segment, as in `exportJobs(':id')`.
 */
export function makeRouteMatcher(simulators: readonly Simulator[]): RouteMatcher {
  const byPrefix = new Map<string, readonly CompiledRoute[]>();
  const byRoot = new Map<string, readonly CompiledRoute[]>();
  for (const simulator of simulators) {
    const compiled = simulator.routes.map((route) => compile(simulator, route));
    byPrefix.set(simulator.prefix, compiled);
    for (const segment of simulator.rootSegments ?? []) byRoot.set(segment, compiled);
  }
  return (method, rawPath) => {
    const end = rawPath.indexOf('/', 1);
    const prefix = end === -1 ? rawPath.slice(1) : rawPath.slice(1, end);
    const prefixed = byPrefix.get(prefix);
    const routes = prefixed ?? byRoot.get(prefix);
    if (routes === undefined) return { miss: 'path-unknown' };
    const path = decode(prefixed === undefined ? rawPath : end === -1 ? '/' : rawPath.slice(end));
    if (path === null) return { miss: 'undecodable' };
    const allow: string[] = [];
    for (const { simulator, route, pattern, names } of routes) {
      const found = pattern.exec(path);
      if (found === null) continue;
      if (route.method !== method) {
        allow.push(route.method);
        continue;
      }
      return { simulator, route, path, params: Object.fromEntries(names.map((name, i) => [name, found[i + 1] ?? ''])) };
    }
    return allow.length === 0 ? { miss: 'path-unknown' } : { miss: 'method-unknown', allow };
  };
}

function compile(simulator: Simulator, route: SimRoute): CompiledRoute {
  const names: string[] = [];
  const source = route.path
    .split(/(:[A-Za-z]\w*)/)
    .map((part) => {
      if (!/^:[A-Za-z]/.test(part)) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(part.slice(1));
      return '([^/]+?)';
    })
    .join('');
  return { simulator, route, pattern: new RegExp(`^${source}$`, 'i'), names };
}

function decode(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
