/** Second part of the page's script: which phones a filter means, in which order, and the table of them. Plain JavaScript. */
export const CLIENT_LIST = String.raw`
var PAGE_SIZE = 100;
var LADDER = page.ladder;

function has(value, wanted) { return Array.isArray(value) ? value.indexOf(wanted) >= 0 : value === wanted; }

function matches(phone, filter) {
  for (var i = 0; i < filter.length; i++) {
    var name = filter[i][0], wanted = filter[i][1];
    if (name === 'past') {
      var at = LADDER.indexOf(phone.standing);
      if (at >= 0 && at <= LADDER.indexOf(wanted)) return false;
    } else if (!has(phone[name], wanted)) return false;
  }
  return true;
}

/* Lists are about phones that count; another kind has to be asked for. */
function withKind(filter) {
  return filter.some(function (pair) { return pair[0] === 'kind' || pair[0] === 'duplicate'; })
    ? filter : filter.concat([['kind', 'phone']]);
}

function select(state) {
  var filter = withKind(state.filter), words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  var inFilter = all().filter(function (phone) { return matches(phone, filter); });
  var found = words.length === 0 ? inFilter : inFilter.filter(function (phone) {
    return words.every(function (word) { return haystack(phone).indexOf(word) >= 0; });
  });
  return { inFilter: inFilter.length, found: sorted(found, state.sort) };
}

var SORTS = {
  phone: function (p) { return (p.modelName || '') + ' ' + p.key; },
  os: function (p) { return p.os[0] + ' ' + (p.securityPatch || ''); },
  carrier: function (p) { return p.carrierName; },
  stands: function (p) { return LADDER.concat('undetermined').indexOf(p.standing); },
  seen: function (p) { return p.lastSeenAt === null ? -1 : p.lastSeenAt; }
};
var collator = new Intl.Collator('en', { numeric: true });

function sorted(list, sort) {
  var descending = sort.charAt(0) === '-', key = SORTS[descending ? sort.slice(1) : sort];
  if (!key) return list;
  return list.slice().sort(function (a, b) {
    var x = key(a), y = key(b);
    var order = typeof x === 'number' ? x - y : collator.compare(x, y);
    return descending ? -order : order;
  });
}

/* Elements are made with textContent only: nothing from a device can become markup. */
function make(tag, attributes, children) {
  var element = document.createElement(tag);
  Object.keys(attributes || {}).forEach(function (name) { element.setAttribute(name, attributes[name]); });
  [].concat(children === undefined || children === null ? [] : children).forEach(function (child) {
    element.append(child);
  });
  return element;
}

function when(ms) {
  return ms === null || ms === undefined ? '–' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
}

function standsText(phone) {
  if (phone.kind === 'duplicate') return 'Same phone as ' + phone.duplicateOf;
  if (phone.kind === 'not-judged') return 'Not a phone: not judged';
  return page.labels.standing[phone.standing] || 'Undetermined';
}

function outcomeDot(phone) {
  var name = phone.outcome === 'undetermined' ? 'unsure' : phone.outcome || '';
  return make('span', { class: 'dot ' + name, 'aria-hidden': 'true' });
}

function phoneRow(phone, id) {
  var open = make('button', { type: 'button', class: 'open', 'aria-expanded': 'false', 'aria-controls': id }, phone.modelName || phone.key);
  var stands = make('td', { class: 'stands' }, [outcomeDot(phone), ' ' + standsText(phone)]);
  var further = phone.fails.length - 1;
  if (phone.kind === 'phone' && further > 0) stands.append(make('span', { class: 'sub' }, 'and ' + further + ' more to fix'));
  if (phone.flag.indexOf('cannot-update') >= 0) stands.append(make('span', { class: 'sub' }, 'cannot be updated far enough'));
  var row = make('tr', { class: 'phone' }, [
    make('td', {}, [open, make('span', { class: 'sub' }, [phone.user, phone.serial, phone.key].filter(Boolean).join(' · '))]),
    stands,
    make('td', {}, [phone.os[0], phone.securityPatch ? make('span', { class: 'sub' }, 'patch ' + phone.securityPatch) : '']),
    make('td', {}, phone.carrierName),
    make('td', {}, when(phone.lastSeenAt).slice(0, 10))
  ]);
  open.addEventListener('click', function () { toggle(phone, row, open, id); });
  return row;
}

function toggle(phone, row, button, id) {
  var shown = button.getAttribute('aria-expanded') === 'true';
  if (shown) document.getElementById(id).remove();
  else row.after(make('tr', { class: 'detail', id: id }, make('td', { colspan: '5' }, detail(phone))));
  button.setAttribute('aria-expanded', String(!shown));
}
`;
