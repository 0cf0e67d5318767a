"""The servers of the benchmark: how each is started, and what its processors spend on a request."""
import contextlib, datetime, http.client, itertools, json, os, re, shutil, socket, subprocess, sys, threading, time
import urllib.parse

import generate

here = os.path.dirname(os.path.abspath(__file__))
packages = {'wrk': 'wrk', 'nginx': 'nginx-light'}
wrk_script = {'repeated': '''
function init() for number, path in ipairs(paths) do requests[number] = wrk.format("GET", path) end end
function request()
  last = last % #requests + 1
  return requests[last]
end
''', 'new': '''
function init(arguments) seed = arguments[1] end
function request()
  last = last + 1
  local path = paths[(last - 1) % #paths + 1]
  return wrk.format("GET", path .. (path:find("?", 1, true) and "&" or "?") .. "of=" .. seed .. "-" .. last)
end
'''}


def require(*programs):
    missing = [packages[one] for one in programs if not shutil.which(one)]
    if missing:
        sys.exit('this benchmark needs more programs than the project: apt-get install --no-install-recommends '
                 + ' '.join(missing))


def encoded(options):
    return urllib.parse.quote(options, safe="?&=$',/")


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def send(port, path, headers=None, body=None, method='GET'):
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


class Server:
    """A process that listens on 127.0.0.1; `offer` says which paths it is asked for, kind by kind."""
    headers = {}

    def __init__(self, options, name):
        self.work = os.path.abspath(options.work)
        self.name, self.port = name, free_port()
        self.log = os.path.join(self.work, name + '.log')

    def start(self, command, ready):
        self.process = subprocess.Popen(command, cwd=self.work, stdout=open(self.log, 'w'), stderr=subprocess.STDOUT)
        for _ in range(1200):
            with contextlib.suppress(OSError, http.client.HTTPException):
                if send(self.port, ready, self.headers)[0] == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit('%s does not answer: %s' % (self.name, open(self.log).read()[-2000:]))

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def get(self, path):
        status, body = send(self.port, path, self.headers)
        if status != 200:
            sys.exit('%s answered %s with %d: %s' % (self.name, path, status, body))
        return body

    def offer(self, paths, urls='repeated'):
        """`urls`: repeated, or new: with an option of the client's own that no request had before."""
        for kind, those in paths.items():
            with open(self.script(kind), 'w') as script:
                script.write('local paths, requests, last, seed = {}, {}, 0, ""\n')
                for path in those:
                    script.write('paths[#paths + 1] = %s\n' % json.dumps(path))
                script.write(wrk_script[urls])

    def script(self, kind):
        return os.path.join(self.work, '%s-%s.lua' % (self.name, kind))

    def cpu_seconds(self):
        """Of all threads, by the process's own clock: `man clock_gettime`, "Linux-specific"."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def cost(self, kind, options):
        """Microseconds of the processors for a request, over one round."""
        fields = [word for item in self.headers.items() for word in ('-H', '%s: %s' % item)]
        before = self.cpu_seconds()
        run = subprocess.run(['wrk', '-t', '1', '-c', str(options.connections), '-d', '%ds' % options.seconds, '-s',
                              self.script(kind), *fields, 'http://127.0.0.1:%d/' % self.port, '--', str(time.time_ns())],
                             capture_output=True, text=True, check=True)
        spent = self.cpu_seconds() - before
        if 'Non-2xx' in run.stdout or 'Socket errors' in run.stdout:
            sys.exit('%s failed: %s' % (self.name, run.stdout))
        return spent * 1e6 / int(re.search(r'(\d+) requests in', run.stdout).group(1))


class Vedette(Server):
    def __init__(self, options):
        super().__init__(options, 'vedette')
        self.program = os.path.abspath(options.vedette)
        self.url = 'http://127.0.0.1:%d' % self.port
        self.data = os.path.join(self.work, 'vedette-data')
        app = self.run('app', 'create', '--name', 'bench', '--role', 'SecurityAlert.ReadWrite.All')
        self.load(options.alerts)
        self.serve()
        self.headers = {'Authorization': 'Bearer ' + self.token(json.loads(app))}

    def serve(self):
        self.start([self.program, 'serve', '--data', self.data, '--listen', '127.0.0.1:%d' % self.port], '/readyz')

    def first_cost(self, path):
        """Microseconds for a page when the whole collection is read once, from `path` on, by a server that has just started."""
        self.stop()
        self.serve()
        before, pages = self.cpu_seconds(), 0
        while path:
            path = json.loads(self.get(path)).get('@odata.nextLink', '').replace(self.url, '')
            pages += 1
        return (self.cpu_seconds() - before) * 1e6 / pages

    def run(self, *command):
        return subprocess.run([self.program, *command, '--data', self.data], check=True, capture_output=True,
                              text=True).stdout

    def load(self, count):
        file = os.path.join(self.work, 'alerts.ndjson')
        with open(file, 'w') as out:
            for one in generate.alerts(count, datetime.datetime.utcnow()):
                out.write(json.dumps(one) + '\n')
        self.run('ingest', '--connector', 'microsoft-graph', file)

    def token(self, app):
        status, body = send(self.port, '/%s/oauth2/v2.0/token' % app['tenantId'],
                            {'Content-Type': 'application/x-www-form-urlencoded'},
                            urllib.parse.urlencode({'grant_type': 'client_credentials', 'client_id': app['clientId'],
                                                    'client_secret': app['clientSecret'],
                                                    'scope': 'https://graph.microsoft.com/.default'}), 'POST')
        if status != 200:
            sys.exit('no token: ' + body)
        return json.loads(body)['access_token']

    @contextlib.contextmanager
    def changed(self, path, per_second):
        """Somebody changes an alert again and again meanwhile."""
        ended, failed = threading.Event(), []
        headers = {**self.headers, 'Content-Type': 'application/json'}

        def change():
            for number in itertools.count():
                if ended.wait(1 / per_second):
                    return
                try:
                    status, body = send(self.port, path, headers, json.dumps({'assignedTo': 'analyst%d' % number}), 'PATCH')
                except (OSError, http.client.HTTPException) as problem:
                    status, body = 0, str(problem)
                if status != 200:
                    return failed.append(body)

        thread = threading.Thread(target=change)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
        if failed:
            sys.exit('the alert was not changed: ' + failed[0])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


nginx_configuration = '''daemon off;
master_process off;
pid %(work)s/nginx.pid;
error_log %(work)s/nginx.log;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  default_type "application/json; odata.metadata=minimal; charset=utf-8";
  add_header request-id $request_id;
  add_header client-request-id $request_id;
  add_header OData-Version 4.0;
  add_header Cache-Control no-store;
  client_body_temp_path %(work)s/nginx-body;
  proxy_temp_path %(work)s/nginx-proxy;
  fastcgi_temp_path %(work)s/nginx-fastcgi;
  uwsgi_temp_path %(work)s/nginx-uwsgi;
  scgi_temp_path %(work)s/nginx-scgi;
  server { listen 127.0.0.1:%(port)d; root %(work)s/bodies; }
}
'''


class Nginx(Server):
    """One process, files by sendfile. The token is sent and not looked at."""

    def __init__(self, options, vedette, requests):
        super().__init__(options, 'nginx')
        self.headers = vedette.headers
        paths = {}
        for kind, those in requests.items():
            os.makedirs(os.path.join(self.work, 'bodies', kind))
            paths[kind] = ['/%s/%d' % (kind, number) for number in range(len(those))]
            for path, (_, body) in zip(paths[kind], those):
                with open(os.path.join(self.work, 'bodies' + path), 'w') as out:
                    out.write(body)
        self.offer(paths)
        configuration = os.path.join(self.work, 'nginx.conf')
        with open(configuration, 'w') as out:
            out.write(nginx_configuration % {'work': self.work, 'port': self.port})
        self.start(['nginx', '-c', configuration, '-e', self.log], paths['key'][0])


class Cap(Server):
    """Its packages are fetched by npm; its driver of SQLite is compiled here, as no binary comes with it."""

    def __init__(self, options, alerts, paths):
        super().__init__(options, 'cap')
        folder = os.path.join(os.path.dirname(self.work), 'api-cap')
        shutil.copytree(os.path.join(here, 'cap'), folder, dirs_exist_ok=True)
        self.install(folder)
        file = os.path.join(self.work, 'alerts.json')
        with open(file, 'w') as out:
            json.dump(alerts, out)
        self.offer(paths)
        self.start(['node', os.path.join(folder, 'serve.js'), os.path.join(self.work, 'cap.sqlite'), file, str(self.port)],
                   paths['key'][0])
        self.check(paths, alerts)

    @staticmethod
    def install(folder):
        node = shutil.which('node') and subprocess.run(['node', '--version'], capture_output=True, text=True).stdout
        if not node or int(node[1:].split('.')[0]) < 20:
            sys.exit('SAP CAP needs Node.js 20 or newer; without it: --without-cap')
        lock = open(os.path.join(folder, 'package-lock.json')).read()
        stamp = os.path.join(folder, 'installed')
        if os.path.exists(stamp) and open(stamp).read() == lock:
            return
        quiet = ['--no-audit', '--no-fund', '--loglevel=error']
        subprocess.run(['npm', 'ci', '--ignore-scripts', *quiet], cwd=folder, check=True)
        headers = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(shutil.which('node')))), 'include/node')
        source = {'npm_config_build_from_source': 'true'}
        if os.path.exists(headers):
            source['npm_config_nodedir'] = os.path.dirname(os.path.dirname(headers))
        subprocess.run(['npm', 'rebuild', 'better-sqlite3', *quiet], cwd=folder, check=True,
                       env={**os.environ, **source})
        with open(stamp, 'w') as out:
            out.write(lock)

    def check(self, paths, alerts):
        """The same alerts in the same order, or the comparison says nothing."""
        first = json.loads(self.get(paths['list'][0]))['value']
        if [one['id'] for one in first] != [one['id'] for one in alerts[:len(first)]] or len(first) != 50:
            sys.exit('CAP answers other alerts')
        for name in ('title', 'evidence', 'createdDateTime'):
            if name not in first[0]:
                sys.exit('CAP answers no %s' % name)


@contextlib.contextmanager
def running(servers):
    try:
        yield
    finally:
        for name, server in servers.items():
            if name != 'vedette':
                server.stop()
