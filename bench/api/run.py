#!/usr/bin/env python3
"""What a request costs the server's processors: Vedette beside nginx with the same bytes, and SAP CAP with the same alerts.

usage: run.py VEDETTE [--alerts 10000] [--rounds 7] [--seconds 1] [--connections 8] [--pages 40] [--changes 10]
              [--without-cap] [--work FOLDER] [--out FILE.json]

Three kinds of requests: a page of 50 alerts in the order of the collection, a page of 50 that are filtered and ordered, and
one alert by its key. Each kind has many URLs, pages all through the store. Vedette answers them with a token and logs each;
nginx sends files with the bodies that Vedette answered, with the same fields in their heads and without a log. CAP has
the alerts in SQLite and asks for no token. wrk sends the requests over kept connections, to one server after the other in
short rounds; a figure is the median of its rounds: time of the processors that all threads and processes of the server had,
user and system, for each request.

Vedette remembers an answer until the tenant's next write, so each kind is asked for in three ways: the same URLs again and
again; URLs that are new, each with an option that no request had before; and URLs that are new while an alert is changed
--changes times a second, the changes themselves included. The ratios are asked of all three. What a page costs the first
time, read by a server that has just started, is told beside them.
"""
import argparse, json, os, platform, shutil, statistics, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import contenders

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument('vedette')
parser.add_argument('--alerts', type=int, default=10_000)
parser.add_argument('--rounds', type=int, default=7)
parser.add_argument('--seconds', type=int, default=1)
parser.add_argument('--connections', type=int, default=8)
parser.add_argument('--pages', type=int, default=40, help='URLs of each kind of page; ten times as many of alerts')
parser.add_argument('--changes', type=int, default=10)
parser.add_argument('--without-cap', action='store_true')
parser.add_argument('--work', default='build/bench/api')
parser.add_argument('--out')
kinds = {'list': 0.25, 'filter': 0.10, 'key': 0.45}  # the least nginx's time may be of ours
cap_min = 20                                         # what CAP's time is of ours, at least
ways = ('repeated', 'new', 'written')                # how Vedette is asked
filtered = "$filter=severity eq 'high' and status eq 'new'&$orderby=lastUpdateDateTime desc&$top=50"


def follow(vedette, path, pages):
    """The URLs of `pages` pages from `path` on, and their bodies."""
    found = []
    while path and len(found) < pages:
        body = vedette.get(path)
        found.append((path, body))
        path = json.loads(body).get('@odata.nextLink', '').replace(vedette.url, '')
    return found


def requests_of(vedette, options):
    pages = follow(vedette, '/v1.0/security/alerts_v2?$top=50', options.pages)
    alerts = [one['id'] for _, body in pages for one in json.loads(body)['value']][:10 * options.pages]
    paths = ['/v1.0/security/alerts_v2/' + one for one in alerts]
    return {'list': pages, 'key': [(path, vedette.get(path)) for path in paths],
            'filter': follow(vedette, '/v1.0/security/alerts_v2?' + contenders.encoded(filtered), options.pages)}


def all_alerts(vedette):
    pages = follow(vedette, '/v1.0/security/alerts_v2?$top=1000', sys.maxsize)
    return [one for _, body in pages for one in json.loads(body)['value']]


def cap_paths(requests):
    """The same pages as CAP counts them; it has no tokens that go on."""
    skip = ['&$skip=%d' % (50 * page) for page in range(max(len(requests['list']), len(requests['filter'])))]
    path = '/v1.0/security/alerts_v2'
    ordered = contenders.encoded('?$orderby=createdDateTime desc,id&$top=50')
    return {'list': [path + ordered + one for one in skip[:len(requests['list'])]],
            'filter': [path + '?' + contenders.encoded(filtered) + one for one in skip[:len(requests['filter'])]],
            'key': [one.rsplit('/', 1)[0] + "('%s')" % one.rsplit('/', 1)[1] for one, _ in requests['key']]}


def measure(cost_of, options):
    """Microseconds by name, round by round; the first round warms up."""
    times = {name: [] for name in cost_of}
    for number in range(options.rounds + 1):
        for name, cost in cost_of.items():
            spent = cost()
            if number > 0:
                times[name].append(spent)
    return times


def measure_kind(servers, kind, alert, options):
    vedette = servers['vedette']
    times = measure({'repeated': lambda: vedette.cost(kind, options),
                     'new': lambda: vedette.cost('new-' + kind, options),
                     **{name: lambda server=server: server.cost(kind, options)
                        for name, server in servers.items() if name != 'vedette'}}, options)
    with vedette.changed(alert, options.changes):
        times.update(measure({'written': lambda: vedette.cost('new-' + kind, options)}, options))
    return times


def row_of(kind, times, size):
    middle = {name: statistics.median(costs) for name, costs in times.items()}
    row = {'bytes': size, 'nginxUs': round(middle['nginx'], 2), 'nginxRatioMin': kinds[kind],
           'rounds': {name: [round(cost, 1) for cost in costs] for name, costs in times.items()}}
    if 'cap' in middle:
        row.update(capUs=round(middle['cap'], 2), capRatioMin=cap_min)
    for way in ways:
        row[way] = {'vedetteUs': round(middle[way], 2), 'nginxRatio': round(middle['nginx'] / middle[way], 3)}
        if 'cap' in middle:
            row[way]['capRatio'] = round(middle['cap'] / middle[way], 1)
    return row


def missed(row):
    """The ways in which it costs more than is asked."""
    return [way for way in ways if row[way]['nginxRatio'] < row['nginxRatioMin'] or
            row[way].get('capRatio', cap_min) < cap_min]


def print_table(rows, first):
    line = '%-8s %-9s %9s %11s %9s %9s %7s %6s %7s %6s'
    print(line % ('', 'URLs', 'bytes', 'Vedette us', 'nginx us', 'CAP us', 'nginx/', 'min', 'CAP/', 'min'))
    for kind, row in rows.items():
        for way in ways:
            print(line % (kind, way, row['bytes'], row[way]['vedetteUs'], row['nginxUs'], row.get('capUs', '-'),
                          row[way]['nginxRatio'], row['nginxRatioMin'], row[way].get('capRatio', '-'),
                          row.get('capRatioMin', '-')))
    print('a page of the list that nobody read before: %d us' % first)


def main():
    options = parser.parse_args()
    contenders.require('wrk', 'nginx')
    shutil.rmtree(options.work, ignore_errors=True)
    os.makedirs(options.work)
    with contenders.Vedette(options) as vedette:
        requests = requests_of(vedette, options)
        paths = {kind: [path for path, _ in those] for kind, those in requests.items()}
        vedette.offer(paths)
        vedette.offer({'new-' + kind: those for kind, those in paths.items()}, 'new')
        servers = {'vedette': vedette, 'nginx': contenders.Nginx(options, vedette, requests)}
        if not options.without_cap:
            servers['cap'] = contenders.Cap(options, all_alerts(vedette), cap_paths(requests))
        load = os.getloadavg()[0]
        rows = {}
        with contenders.running(servers):
            for kind in kinds:
                size = round(statistics.mean(len(body) for _, body in requests[kind]))
                rows[kind] = row_of(kind, measure_kind(servers, kind, requests['key'][0][0], options), size)
        first = vedette.first_cost(paths['list'][0])
    print_table(rows, first)
    result = {'benchmark': 'api', 'machine': platform.machine(), 'cores': os.cpu_count(), 'load': round(load, 1),
              'alerts': options.alerts, 'connections': options.connections,
              'changesPerSecond': options.changes, 'firstPageUs': round(first, 1), 'kinds': rows}
    if options.out:
        with open(options.out, 'w') as out:
            json.dump(result, out, indent=1)
            out.write('\n')
    misses = [kind + ' ' + way for kind, row in rows.items() for way in missed(row)]
    sys.exit('missed: ' + ', '.join(misses) if misses else 0)


main()
