/** Last part of the page's script: the address decides what is shown, so that every list can be linked and mailed. Plain JavaScript. */
export const CLIENT_VIEW = String.raw`
var overview = document.getElementById('overview'), list = document.getElementById('devices');
var search = document.getElementById('search'), body = document.getElementById('rows-body'), more = document.getElementById('more');
var selects = [].slice.call(list.querySelectorAll('select[data-facet]'));
var shown = { items: [], count: 0 };
var known = {};
[].forEach.call(document.querySelectorAll('a[data-count]'), function (link) { known[link.getAttribute('href')] = Number(link.dataset.count); });

function readState() {
  var query = location.hash.indexOf('?') < 0 ? '' : location.hash.slice(location.hash.indexOf('?') + 1);
  var state = { filter: [], q: '', sort: '' };
  new URLSearchParams(query).forEach(function (value, name) {
    if (name === 'q') state.q = value;
    else if (name === 'sort') state.sort = value;
    else state.filter.push([name, value]);
  });
  return state;
}

function address(state, withView) {
  var query = new URLSearchParams(state.filter.slice().sort(function (a, b) { return a[0] < b[0] ? -1 : 1; }));
  if (withView && state.q) query.set('q', state.q);
  if (withView && state.sort) query.set('sort', state.sort);
  var text = query.toString();
  return text === '' ? '#devices' : '#devices?' + text;
}

function group(n) { return String(n).replace(/\B(?=(\d{3})+(?!\d))/g, '\u00a0'); }
function count(n, state) {
  var others = state.filter.some(function (pair) { return pair[0] === 'kind' || pair[0] === 'duplicate'; });
  return group(n) + (others ? ' record' : ' phone') + (n === 1 ? '' : 's');
}

function tally(state, result) {
  var exact = known[address(state, false)], parts = [];
  var total = exact !== undefined ? exact : page.allListed ? result.inFilter : null;
  if (total !== null && total <= result.inFilter) parts.push(count(total, state) + '.');
  else if (total !== null) {
    parts.push(group(result.inFilter) + ' of ' + count(total, state) + ' are listed here, those with the fewest obstacles first. All of them: ' + page.csv + csvHint(state) + '.');
  } else {
    parts.push(count(result.inFilter, state) + ' of those listed in this file match; it lists ' + group(page.devices.length) + ' of ' + group(page.records) + ' records. All of them: ' + page.csv + csvHint(state) + '.');
  }
  if (state.q) parts.push(group(result.found.length) + ' of the listed match “' + state.q + '”.');
  return parts.join(' ');
}

function csvHint(state) {
  var columns = state.filter.map(function (pair) { return pair[0] === 'past' ? 'standing' : pair[0].replace('-', '_'); });
  return columns.length ? ' (column ' + columns.join(', ') + ')' : '';
}

function label(name, value) {
  var values = page.labels[name === 'fails' || name === 'unknown' || name === 'past' ? 'standing' : name] || {};
  return (page.facets[name] || name) + ': ' + (values[value] || value);
}

function title(filter) {
  if (filter.length === 0) return 'All phones';
  if (filter.length === 1 && filter[0][0] === 'standing') return 'Phones that ' + page.labels.clause[filter[0][1]];
  return filter.map(function (pair) { return label(pair[0], pair[1]); }).join(', ');
}

function go(state) { location.hash = address(state, true); }

function showChips(state) {
  var chips = document.getElementById('chips');
  chips.replaceChildren.apply(chips, state.filter.map(function (pair) {
    var button = make('button', { type: 'button', 'aria-label': 'Remove filter ' + label(pair[0], pair[1]) }, label(pair[0], pair[1]) + ' ×');
    button.addEventListener('click', function () {
      state.filter = state.filter.filter(function (other) { return other !== pair; });
      go(state);
    });
    return make('li', {}, button);
  }));
}

function showMore() {
  var next = shown.items.slice(shown.count, shown.count + PAGE_SIZE), offset = shown.count;
  next.forEach(function (phone, i) { body.append(phoneRow(phone, 'detail-' + (offset + i))); });
  shown.count += next.length;
  more.hidden = shown.count >= shown.items.length;
  more.textContent = 'Show more (' + group(shown.items.length - shown.count) + ' left)';
}

function showSort(state) {
  [].forEach.call(document.querySelectorAll('#rows th[data-sort]'), function (head) {
    var name = head.dataset.sort;
    head.setAttribute('aria-sort', state.sort === name ? 'ascending' : state.sort === '-' + name ? 'descending' : 'none');
    head.querySelector('span').textContent = state.sort === name ? ' ↑' : state.sort === '-' + name ? ' ↓' : '';
  });
}

function showList(state) {
  var result = select(state);
  shown = { items: result.found, count: 0 };
  body.replaceChildren();
  showMore();
  if (shown.items.length === 0) body.append(make('tr', {}, make('td', { colspan: '5', class: 'none' }, 'Nothing matches. Remove a filter or change the search.')));
  document.getElementById('tally').textContent = tally(state, result);
  document.getElementById('list-title').textContent = title(state.filter);
  if (search.value !== state.q) search.value = state.q;
  selects.forEach(function (select) {
    var pair = state.filter.find(function (other) { return other[0] === select.dataset.facet; });
    select.value = pair ? pair[1] : '';
  });
  showChips(state);
  showSort(state);
}

var lastView = '';
function route() {
  var isList = location.hash === '#devices' || location.hash.indexOf('#devices?') === 0;
  overview.hidden = isList;
  list.hidden = !isList;
  if (isList) {
    showList(readState());
    if (lastView !== 'list') { window.scrollTo(0, 0); document.getElementById('list-title').focus({ preventScroll: true }); }
  } else if (lastView === 'list') {
    var target = document.getElementById(location.hash.slice(1));
    if (target) target.scrollIntoView(); else window.scrollTo(0, 0);
  }
  lastView = isList ? 'list' : 'overview';
}

var typing = 0;
search.addEventListener('input', function () {
  clearTimeout(typing);
  typing = setTimeout(function () {
    var state = readState();
    state.q = search.value.trim();
    history.replaceState(null, '', address(state, true));
    showList(state);
  }, 120);
});
selects.forEach(function (select) {
  select.addEventListener('change', function () {
    var state = readState(), name = select.dataset.facet;
    state.filter = state.filter.filter(function (pair) { return pair[0] !== name; });
    if (select.value) state.filter.push([name, select.value]);
    go(state);
  });
});
[].forEach.call(document.querySelectorAll('#rows th[data-sort] button'), function (button) {
  button.addEventListener('click', function () {
    var state = readState(), name = button.parentElement.dataset.sort;
    state.sort = state.sort === name ? '-' + name : name;
    go(state);
  });
});
more.addEventListener('click', function () {
  var before = shown.count;
  showMore();
  var first = body.querySelectorAll('.open')[before];
  if (first) first.focus();
});
document.addEventListener('keydown', function (event) {
  if (event.key !== '/' || list.hidden || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  event.preventDefault();
  search.focus();
});
document.getElementById('export').addEventListener('click', function () {
  var rows = [['device_key', 'user', 'serial', 'model', 'os', 'carrier', 'standing', 'last_seen_at']].concat(shown.items.map(function (p) {
    return [p.key, p.user, p.serial, p.modelName, p.os[0], p.carrierName, p.standing, p.lastSeenAt === null ? '' : new Date(p.lastSeenAt).toISOString()];
  }));
  var csv = rows.map(function (row) { return row.map(csvField).join(','); }).join('\r\n') + '\r\n';
  var link = make('a', { href: URL.createObjectURL(new Blob([csv], { type: 'text/csv' })), download: 'muster-list.csv' });
  link.click();
  setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
});

/* A spreadsheet takes =, +, -, @ at the start of a field for a formula. */
function csvField(value) {
  var field = value === null || value === undefined ? '' : String(value);
  if (/^[=+\-@\t\r]/.test(field)) field = "'" + field;
  return /[",\r\n]/.test(field) ? '"' + field.replace(/"/g, '""') + '"' : field;
}

window.addEventListener('hashchange', route);
document.documentElement.classList.add('js');
route();
`;
