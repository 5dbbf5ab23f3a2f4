/** The mobile device inventory of Jamf Pro, read side (facts/jamf-pro.md §2). */
import type { SyntheticDevice } from '../fleet/synthetic-device';
import { cappedPageSize, faultyRows, statedTotal } from '../kit/content-faults';
import { writeRows } from '../kit/json-template';
import type { JsonTemplate } from '../kit/json-template';
import { JsonWriter } from '../kit/json-writer';
import type { SimAnswer, SimRequest, SimRoute } from '../kit/route';
import { detailRowTemplate, displayNameOf, SECTIONS } from './detail-row';
import type { Section } from './detail-row';
import { guarded } from './guard';
import type { Handler } from './guard';
import { jamfError } from './jamf-answers';
import { DEFAULT_VERSION, featuresOf, MAX_PAGE_SIZE } from './options';
import type { JamfSimulatorOptions } from './options';
import { RsqlError } from './rsql';
import { makeDeviceSelector } from './select-devices';

const PRIVILEGE = 'Read Mobile Devices';
/** The section that a broken device cannot print. */
const BROKEN_SECTION: Section = 'HARDWARE';
const SECTION_NAMES: ReadonlySet<string> = new Set(SECTIONS);
const isSection = (text: string): text is Section => SECTION_NAMES.has(text);

interface Page {
  readonly offset: number;
  readonly size: number;
}

export function deviceRoutes(options: JamfSimulatorOptions): readonly SimRoute[] {
  const { fleet, version = DEFAULT_VERSION, brokenDevices = [] } = options;
  const features = featuresOf(version);
  const broken = new Set(brokenDevices);
  const select = makeDeviceSelector(fleet, features);

  const writer = new JsonWriter();
  const templates = new Map<string, JsonTemplate<number>>();

  /** A client asks for the same sections again and again. */
  const templateFor = (sections: ReadonlySet<Section>): JsonTemplate<number> => {
    const key = [...sections].join();
    const known = templates.get(key);
    if (known !== undefined) return known;
    const whole = detailRowTemplate(sections, features);
    const lacking = detailRowTemplate(new Set([...sections].filter((one) => one !== BROKEN_SECTION)), features);
    const made: JsonTemplate<number> = (to, ordinal) => {
      const device = fleet.device(ordinal);
      if (device !== null) (broken.has(ordinal) ? lacking : whole)(to, device);
    };
    templates.set(key, made);
    return made;
  };

  const detail = async (request: SimRequest): Promise<SimAnswer> => {
    const sections = readSections(request.query);
    if (sections === null) return jamfError(400, 'INVALID_FIELD', 'unknown section', 'section');
    const page = readPage(request);
    if (page === null) return jamfError(400, 'INVALID_FIELD', 'page and page-size are numbers', 'page');
    const mode = request.query.get('exception-handling') ?? 'STRICT';
    if (features.lenient && mode !== 'STRICT' && mode !== 'LENIENT') {
      return jamfError(400, 'INVALID_FIELD', 'STRICT or LENIENT', 'exception-handling');
    }
    // Before 11.29 the parameter does not exist: it is ignored, and every page is strict.
    const isLenient = features.lenient && mode === 'LENIENT';
    const selection = await select(
      request.query.get('filter') ?? '',
      request.query.getAll('sort').join(',') || 'displayName:asc',
    );
    // The fleet may have changed since the selection was made.
    const ordinals = selection.slice(page.offset, page.size).filter((ordinal) => fleet.has(ordinal));
    if (!isLenient && ordinals.some((ordinal) => broken.has(ordinal))) {
      return jamfError(500, 'INTERNAL_SERVER_ERROR', 'An unexpected error occurred');
    }
    // Each device is made, written and let go, so that a page of thousands holds one at a time.
    writer.text(`{"totalCount":${statedTotal(request, selection.total)},"results":[`);
    writeRows(writer, faultyRows(request, ordinals), templateFor(sections));
    writer.text(']}');
    return { status: 200, headers: { 'content-type': 'application/json' }, body: writer.take() };
  };

  const list = (request: SimRequest): SimAnswer => {
    const page = readPage(request);
    if (page === null) return jamfError(400, 'INVALID_FIELD', 'page and page-size are numbers', 'page');
    // This endpoint has no filter; one that is sent is ignored (facts/jamf-pro.md §2.1).
    const rows = fleet.slice(page.offset, page.size).map(basicRow);
    return {
      status: 200,
      body: { totalCount: statedTotal(request, fleet.size), results: faultyRows(request, rows) },
    };
  };

  const one = (request: SimRequest): SimAnswer => {
    const id = request.params['id'] ?? '';
    const device = /^[1-9]\d*$/.test(id) ? fleet.device(Number(id)) : null;
    return device === null
      ? jamfError(404, 'NOT_FOUND', `Mobile device with id ${id} does not exist`)
      : { status: 200, body: basicRow(device) };
  };

  const read = (path: string, name: string, handler: Handler): SimRoute => ({
    method: 'GET',
    path,
    name,
    kind: 'read',
    handle: guarded(options, PRIVILEGE, orBadRequest(handler)),
  });

  return [
    read('/api/v2/mobile-devices/detail', 'jamf.devices', detail),
    read('/api/v2/mobile-devices', 'jamf.device-ids', list),
    read('/api/v2/mobile-devices/:id', 'jamf.device', one),
  ];
}

function orBadRequest(handler: Handler): Handler {
  return async (request) => {
    try {
      return await handler(request);
    } catch (error) {
      if (!(error instanceof RsqlError)) throw error;
      return jamfError(400, 'INVALID_FIELD', error.message, 'filter');
    }
  };
}

/** `section` repeats; a comma list is known too. GENERAL where there is none. Null for a name that does not exist. */
function readSections(query: URLSearchParams): ReadonlySet<Section> | null {
  const asked = query.getAll('section').flatMap((text) => text.split(','));
  if (asked.length === 0) return new Set<Section>(['GENERAL']);
  const known = asked.filter(isSection);
  return known.length === asked.length ? new Set(known) : null;
}

function readPage(request: SimRequest): Page | null {
  const page = request.query.get('page') ?? '0';
  const size = request.query.get('page-size') ?? '100';
  if (!/^\d+$/.test(page) || !/^[1-9]\d*$/.test(size)) return null;
  const granted = cappedPageSize(request, Math.min(MAX_PAGE_SIZE, Number(size)));
  return { offset: Number(page) * granted, size: granted };
}

function basicRow(device: SyntheticDevice): unknown {
  return {
    id: String(device.ordinal),
    name: displayNameOf(device.ordinal),
    serialNumber: device.serial,
    wifiMacAddress: '',
    udid: device.udid,
    phoneNumber: device.sims[0]?.phone ?? '',
    model: device.model,
    modelIdentifier: device.modelId,
    username: device.user?.name ?? '',
    type: 'ios',
    managementId: device.secondGuid,
    softwareUpdateDeviceId: 'D47AP',
  };
}
