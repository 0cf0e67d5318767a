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

Vedette remembers an answer until the tenant's next write; the column "written" is what its requests cost while an alert
is changed --changes times a second, the changes themselves included: the first page again and again, or the alerts.
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


def measure(servers, kind, options):
    """Microseconds of each server, round by round."""
    times = {name: [] for name in servers}
    for number in range(options.rounds + 1):
        for name, server in servers.items():
            cost = server.cost(kind, options)
            if number > 0:  # the first warms up
                times[name].append(cost)
    return times


def measure_written(vedette, kind, alert, options):
    with vedette.changed(alert, options.changes):
        return statistics.median([vedette.cost('first-' + kind, options) for _ in range(options.rounds + 1)][1:])


def row_of(kind, times, size, written):
    middle = {name: statistics.median(costs) for name, costs in times.items()}
    row = {'bytes': size, **{name + 'Us': round(cost, 2) for name, cost in middle.items()},
           'nginxRatio': round(middle['nginx'] / middle['vedette'], 3), 'nginxRatioMin': kinds[kind],
           'writtenUs': round(written, 2), 'writtenNginxRatio': round(middle['nginx'] / written, 3),
           'rounds': {name: [round(cost, 1) for cost in costs] for name, costs in times.items()}}
    if 'cap' in middle:
        row.update(capRatio=round(middle['cap'] / middle['vedette'], 1), capRatioMin=cap_min)
    return row


def print_table(rows):
    line = '%-8s %9s %11s %9s %9s %7s %6s %7s %6s %11s %7s'
    print(line % ('', 'bytes', 'Vedette us', 'nginx us', 'CAP us', 'nginx/', 'min', 'CAP/', 'min', 'written us', 'nginx/'))
    for kind, row in rows.items():
        print(line % (kind, row['bytes'], row['vedetteUs'], row['nginxUs'], row.get('capUs', '-'), row['nginxRatio'],
                      row['nginxRatioMin'], row.get('capRatio', '-'), row.get('capRatioMin', '-'), row['writtenUs'],
                      row['writtenNginxRatio']))


def main():
    options = parser.parse_args()
    contenders.require('wrk', 'nginx')
    shutil.rmtree(options.work, ignore_errors=True)
    os.makedirs(options.work)
    with contenders.Vedette(options) as vedette:
        requests = requests_of(vedette, options)
        paths = {kind: [path for path, _ in those] for kind, those in requests.items()}
        vedette.offer({**paths, 'first-list': paths['list'][:1], 'first-filter': paths['filter'][:1],
                       'first-key': paths['key']})
        servers = {'vedette': vedette, 'nginx': contenders.Nginx(options, vedette, requests)}
        if not options.without_cap:
            servers['cap'] = contenders.Cap(options, all_alerts(vedette), cap_paths(requests))
        load = os.getloadavg()[0]
        rows = {}
        with contenders.running(servers):
            for kind in kinds:
                size = round(statistics.mean(len(body) for _, body in requests[kind]))
                times = measure(servers, kind, options)
                alert = requests['key'][0][0]
                rows[kind] = row_of(kind, times, size, measure_written(vedette, kind, alert, options))
    print_table(rows)
    result = {'benchmark': 'api', 'machine': platform.machine(), 'cores': os.cpu_count(), 'load': round(load, 1),
              'alerts': options.alerts, 'connections': options.connections,
              'changesPerSecond': options.changes, 'kinds': rows}
    if options.out:
        with open(options.out, 'w') as out:
            json.dump(result, out, indent=1)
            out.write('\n')
    missed = [kind for kind, row in rows.items()
              if row['nginxRatio'] < row['nginxRatioMin'] or row.get('capRatio', cap_min) < cap_min]
    sys.exit('missed: ' + ', '.join(missed) if missed else 0)


main()
