"""Figure 10: a large download by nginx after the portal's check, against nginx alone; and by Zope alone."""

import os
import subprocess
import time
from pages import ONE
from processes import free_port
from processes import listens
from processes import Process
from report import Figure
from report import milliseconds
from report import ratio
from sites import Person
from sites import ROOT
from sites import ROUNDS
from sites import WrongAnswer


SIZE = 200 * 1024**2
CONF = """
{user}
worker_processes 1;
daemon off;
pid {place}/nginx.pid;
events {{ worker_connections 64; }}
http {{
  access_log off;
  sendfile on;
  client_body_temp_path {place}/body;
  proxy_temp_path {place}/proxy;
  fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi;
  scgi_temp_path {place}/scgi;
  server {{
    listen 127.0.0.1:{port};
    {blobs}
    location /static/ {{ alias {place}/static/; }}
    location / {{
      proxy_pass {zope};
      proxy_set_header Host $http_host;
      proxy_max_temp_file_size 0;
    }}
  }}
}}
"""


def large(site):
    """Figure 10. The site must not be served yet; it is when this ends."""
    path = site.run("benchmarks/large_document.py", str(SIZE)).strip()
    blobs = site.folder / "var" / "blobstorage"
    yield from _by_nginx(site, path, blobs)
    yield from _by_zope(site, path)


def _by_nginx(site, path, blobs):
    place, port = site.folder / "nginx", free_port()
    (place / "static").mkdir(parents=True, exist_ok=True)
    with open(place / "static" / "large.bin", "wb") as file:
        file.truncate(SIZE)
    snippet = (ROOT / "etc/nginx/clientportal-blobs.conf").read_text()
    values = {"place": place, "port": port, "zope": site.url}
    values["blobs"] = snippet.replace("<<BLOBS>>", str(blobs))
    values["user"] = "" if os.geteuid() else "user root;"
    (place / "nginx.conf").write_text(CONF.format(**values))
    log = place / "error.log"
    command = ["/usr/sbin/nginx", "-e", log, "-c", place / "nginx.conf", "-p", place]
    url = f"http://localhost:{port}"
    nginx = Process(command, place / "nginx.log", lambda: listens(port))
    site.start(CLIENTPORTAL_BLOBS=str(blobs))
    nginx.start()
    try:
        cookies = Person(site, ONE).cookies
        walls, cpus = {"static": [], "checked": []}, []
        for _ in range(ROUNDS + 1):
            walls["static"].append(_fetch(f"{url}/static/large.bin", None))
            before = site.cpu()
            walls["checked"].append(_fetch(f"{url}/Plone/{path}/@@download", cookies))
            cpus.append(1000 * (site.cpu() - before))
        checked, static = min(walls["checked"]), min(walls["static"])
    finally:
        nginx.stop()
        site.stop()
    what = "download of 200 MB by nginx after the portal's check"
    yield ratio("10", what, ("checked", checked), ("nginx, static", static), at_most=1.2)
    cpu = min(cpus)
    yield Figure("10", f"{what}: CPU ms of Zope", milliseconds(cpu), "–", cpu, at_most=10)


def _by_zope(site, path):
    site.start()
    cookies = Person(site, ONE).cookies
    url = f"{site.url}/Plone/{path}/@@download"
    _fetch(url, cookies)
    before = site.memory()
    wall = _fetch(url, cookies)
    grown = site.memory() - before
    yield Figure(
        "10",
        "the same without nginx: MB that the process grows",
        f"{grown:.0f} MB, {milliseconds(wall)} wall",
        "–",
        max(grown, 0),
        at_most=20,
    )


def _fetch(url, cookies):
    """Fetch all bytes as a browser does, without keeping them; return milliseconds."""
    pairs = "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies or ())
    command = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code} %{size_download}"]
    start = time.perf_counter()
    done = subprocess.run([*command, "-b", pairs, url], check=True, text=True, stdout=-1)
    wall = 1000 * (time.perf_counter() - start)
    if done.stdout != f"200 {SIZE}":
        raise WrongAnswer(f"{url}: {done.stdout}")
    return wall
