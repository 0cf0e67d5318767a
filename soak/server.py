"""A running `vedette serve --demo`, and clients of it, for the soaks that go through the API."""
import http.client, json, os, subprocess, sys, time, urllib.parse


class Server:
    """Started at once; with the token of its application."""

    def __init__(self, vedette, data, log, *options):
        self.data, self.log = data, log
        self.process = subprocess.Popen([vedette, 'serve', '--demo', '--data', data, '--listen', '127.0.0.1:0', *options],
                                        stdout=subprocess.DEVNULL, stderr=open(log, 'w'))
        self.address = self.wait_for_address()
        self.token = self.fetch_token()

    def wait_for_address(self):
        for _ in range(600):
            for line in open(self.log):
                if '"listening"' in line:
                    address = urllib.parse.urlparse(json.loads(line)['url']).netloc
                    if self.is_ready(address):
                        return address
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit('the server does not answer: ' + open(self.log).read()[-2000:])

    @staticmethod
    def is_ready(address):
        connection = http.client.HTTPConnection(address, timeout=60)
        connection.request('GET', '/readyz')
        return connection.getresponse().status == 200

    def fetch_token(self):
        demo = json.load(open(os.path.join(self.data, 'demo.json')))
        self.tenant = demo['tenantId']
        body = urllib.parse.urlencode({'grant_type': 'client_credentials', 'client_id': demo['clientId'],
                                       'client_secret': demo['clientSecret'],
                                       'scope': 'https://graph.microsoft.com/.default'})
        status, text = Client(self.address, None).send('POST', '/%s/oauth2/v2.0/token' % self.tenant, body,
                                                       'application/x-www-form-urlencoded')
        if status != 200:
            sys.exit('no token: %s' % text)
        return json.loads(text)['access_token']

    def client(self):
        return Client(self.address, self.token)

    def resident_bytes(self):
        for line in open('/proc/%d/status' % self.process.pid):
            if line.startswith('VmRSS:'):
                return int(line.split()[1]) * 1024
        sys.exit('the server has ended: ' + open(self.log).read()[-2000:])

    def cpu_seconds(self):
        """Of all threads, by the process's own clock: `man clock_gettime`, "Linux-specific"."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def stop(self):
        self.process.terminate()
        if self.process.wait(120) != 0:
            sys.exit('the server ended badly: ' + open(self.log).read()[-2000:])


class Refused(RuntimeError):
    def __init__(self, request, status, text):
        super().__init__('%s: %d %s' % (request, status, text[:300]))
        self.status = status


class Client:
    """One connection; of one thread."""

    def __init__(self, address, token):
        self.connection = http.client.HTTPConnection(address, timeout=300)
        self.token = token

    def send(self, method, path, body=None, content_type='application/json'):
        headers = {'Content-Type': content_type} if body is not None else {}
        if self.token:
            headers['Authorization'] = 'Bearer ' + self.token
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def expect(self, method, path, body=None):
        """The answer's text; Refused when it is not 200."""
        status, text = self.send(method, path, body)
        if status != 200:
            raise Refused(method + ' ' + path, status, text)
        return text

    def get(self, path):
        return self.expect('GET', path)

    def hunt(self, query):
        return self.expect('POST', '/v1.0/security/runHuntingQuery', json.dumps({'Query': query}))

    def push(self, connector, body):
        """How many records were taken."""
        return json.loads(self.expect('POST', '/vedette/ingest/' + connector, body))['mapped']
