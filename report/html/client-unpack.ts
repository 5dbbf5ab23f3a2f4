/** First part of the page's script: unpacks the phones (see payload.ts) when a list is first asked for. Plain JavaScript. */
export const CLIENT_UNPACK = String.raw`
var page = JSON.parse(document.getElementById('report-data').textContent);
var phones = null;

function text(index) { return index === null ? null : page.strings[index]; }

function unpackRules(flat, inventoryAt) {
  var rules = [];
  for (var i = 0; i < flat.length; i += 2) {
    var r = page.rules[flat[i]];
    rules.push({
      rule: text(r[0]), rung: text(r[1]), answer: text(r[2]), observed: text(r[3]), required: text(r[4]),
      field: text(r[5]), reason: text(r[6]), next: text(r[7]), exception: text(r[8]), line: r[9], graceUntil: r[10],
      time: flat[i + 1] === 0 ? inventoryAt : flat[i + 1]
    });
  }
  return rules;
}

function unpack(row) {
  var phone = {};
  page.columns.forEach(function (column, i) {
    var value = row[i];
    if (column[1] === 'index') value = Array.isArray(value) ? value.map(text) : text(value);
    phone[column[0]] = value;
  });
  return phone;
}

function all() {
  if (phones === null) phones = page.devices.map(unpack);
  return phones;
}

/* Everything a person may type into the search box, in lower case; made once per phone. */
function haystack(phone) {
  if (!phone.hay) {
    phone.hay = [phone.key, phone.serial, phone.user, phone.modelName, phone.modelId, phone.maker, phone.carrierName,
      phone.os.join(' '), phone.app.join(' '), phone.lines.join(' '), phone.duplicateOf,
      page.labels.standing[phone.standing]].filter(Boolean).join('\n').toLowerCase();
  }
  return phone.hay;
}
`;
